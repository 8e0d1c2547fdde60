// Pictures behind tabs: a row of tabs that the arrow keys move along, and the picture of the tab that is chosen.
const createTabs = (make, { tabs, stage, prefix }) => {
  const at = (id) => document.getElementById(id);
  // `pages` are shown as tabs, `shown` is chosen; `told` says of each page its label and what stands behind its title.
  const show = (pages, shown, told, choose) => {
    at(tabs).replaceChildren(...pages.map((page) => {
      const { label, sign = "", more = "" } = told(page);
      return make("button", {
        type: "button", role: "tab", id: `${prefix}-${page.name}`, "aria-controls": stage, "aria-selected": String(page === shown),
        "aria-label": [label, more].filter(Boolean).join(": "), tabIndex: page === shown ? 0 : -1,
        className: sign ? "reached" : "", textContent: `${label}${sign}`,
        onclick: () => {
          choose(page);
          at(`${prefix}-${page.name}`).focus();
        },
      });
    }));
    at(stage).setAttribute("aria-labelledby", `${prefix}-${shown.name}`);
  };
  at(tabs).addEventListener("keydown", (event) => {
    const all = [...at(tabs).children];
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!step) return;
    event.preventDefault();
    const place = all.indexOf(document.activeElement);
    const next = Number.isFinite(step) ? (place + step + all.length) % all.length : step < 0 ? 0 : all.length - 1;
    all[next].click();
  });

  return { show };
};

// A copy of a page's picture, which has no ids of its own.
const copyOfPicture = (page) => {
  const picture = document.querySelector(`#page-${CSS.escape(page.name)} svg`).cloneNode(true);
  // What the review marks stays there.
  for (const mark of picture.querySelectorAll(".review-mark")) mark.remove();
  for (const one of [picture, ...picture.querySelectorAll("[id]")]) one.removeAttribute("id");
  picture.removeAttribute("aria-labelledby");
  picture.removeAttribute("aria-describedby");
  picture.setAttribute("aria-label", page.title);
  picture.setAttribute("role", "group");
  return picture;
};

// Parts of a picture that choose an answer, by mouse, keyboard and screen reader.
const makeChoosable = (node, label, choose) => {
  node.classList.add("choosable");
  node.setAttribute("role", "button");
  node.setAttribute("tabindex", "0");
  node.setAttribute("aria-label", label);
  node.addEventListener("click", choose);
  node.addEventListener("keydown", (event) => {
    if (event.repeat || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    choose();
  });
};
