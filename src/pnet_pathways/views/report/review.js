// The review on the page: one item at a time beside its pathway's page, by mouse and by keys; then the decisions and the file.
(() => {
  const { review: data, pages } = JSON.parse(document.getElementById("data").textContent);
  const form = createReviewForm(data);
  const at = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const titleOf = Object.fromEntries(data.pathways.map(({ name, title }) => [name, title]));
  const ASKED = { reading: "do you read the text this way?", gap: "is the summary silent here?", statement: "does the summary say this?" };
  const SIGNS = { agree: "√", change: "≠", unsure: "?", "": "" };
  const DECIDED = { approve: "approve", approve_with_changes: "approve with changes", do_not_approve: "do not approve" };
  const cardOf = new Map(all(".card").map((card) => [form.keyOf(card.dataset.pathway || "", card.dataset.item), card]));
  const labelOf = (item) => cardOf.get(item.key).querySelector("h3").lastChild.textContent.trim();
  const shortOf = (item) => (item.kind === "gap" ? `Gap, ${labelOf(item)}` : item.id);
  const quick = ["reading", "gap", "statement"].flatMap(form.ofKind);
  const queueOf = (name) => (name in titleOf ? form.ofPathway(name) : quick);

  const writeRecord = createReviewRecord(form, data, { make, shortOf, labelOf, decided: DECIDED });

  let queue = "quick";
  let current = quick[0];
  let shownPathway = data.pathways[0].name;
  let finishing = false;

  const tell = (text) => { at("review-told").textContent = text; };
  const kept = (isKept) => {
    at("review-kept").textContent = isKept
      ? "Your answers stay in this browser, on this computer, until you clear them."
      : "This browser keeps nothing for this page: save a draft before you close it.";
    at("review-kept").classList.toggle("problem", !isKept);
  };

  // Which pathways an item bears on; a reading is shown beside the first one, or beside the one in view if that is among them.
  const rests = (item, other) => item === other || (other.kind === "reading" ? item.readings.includes(other.id) : false);
  const pathwaysOf = (item) => (item.pathway ? [item.pathway]
    : data.pathways.filter(({ name }) => form.ofPathway(name).some((own) => rests(own, item))).map(({ name }) => name));

  const showCount = (button, some) => {
    const done = form.decided(some);
    button.querySelector(".done").textContent = `${done} of ${some.length}`;
    button.style.setProperty("--share", done / some.length);
    button.classList.toggle("complete", done === some.length);
  };
  const showProgress = () => {
    const done = form.decided(form.items);
    at("review-overall").textContent = `${done} of ${form.items.length} answered`;
    at("review-progress").value = done / form.items.length;
    const next = quick.find((item) => !form.isDecided(item));
    at("review-go").textContent = !next ? "Decide and export" : done ? `Go on with ${shortOf(next)}` : `Start with the ${form.ofKind("reading").length} readings`;
    for (const button of all(".queues button")) showCount(button, form.ofKind(button.dataset.queue));
    for (const button of all(".pathways [data-queue]")) {
      const name = button.dataset.queue;
      showCount(button, form.ofPathway(name));
      if (form.decision(name)) button.querySelector(".done").textContent += `, ${DECIDED[form.decision(name)]}`;
    }
    for (const button of all(".queues button")) button.setAttribute("aria-current", String(!finishing && queue === "quick" && button.dataset.queue === current.kind));
    at("review-finish-button").setAttribute("aria-current", String(finishing));
    at("review-finish-button").querySelector(".done").textContent = `${data.pathways.filter(({ name }) => form.decision(name)).length} of ${data.pathways.length}`;
  };

  // Another page beside the item in view.
  const showPage = (name) => {
    for (const page of all(".review-page")) page.hidden = page.dataset.pathway !== name;
    for (const button of all(".pathways button")) {
      button.setAttribute("aria-current", String(!finishing && (button.dataset.queue || "overview") === name));
    }
  };
  const showList = () => {
    for (const link of all(`.review-page[data-pathway="${CSS.escape(shownPathway)}"] .review-list a`)) {
      const item = form.byKey.get(form.keyOf(shownPathway, link.dataset.item));
      const { verdict } = form.answerTo(item.key);
      link.querySelector(".sign").textContent = SIGNS[verdict];
      link.querySelector(".sign").className = `sign ${verdict}`;
      link.querySelector(".said").textContent = verdict ? `: ${verdict}` : ": undecided";
      link.classList.toggle("bears", rests(item, current));
      if (item === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };

  // The rows of the pages: what each stands for, its verdicts at its edge, and a frame around those of the item in view.
  const SVG = "http://www.w3.org/2000/svg";
  const drawn = (tag, properties, text = "") => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(properties)) made.setAttribute(name, value);
    made.textContent = text;
    return made;
  };
  // Taken from the shapes' points, since what is not in view has no measures.
  const boxOf = (group) => {
    const points = all("[points]", group).flatMap((one) => one.getAttribute("points").trim().split(/\s+/)).map((pair) => pair.split(",").map(Number));
    const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
  };
  const rowsOf = new Map(data.pathways.map(({ name }) => {
    const { rows } = pages.find((page) => page.name === name);
    const found = rows.map((row) => {
      const group = document.querySelector(`#page-${CSS.escape(name)} .${row.class}`);
      return { group, box: boxOf(group), items: row.items.map((id) => form.byKey.get(form.keyOf(name, id))) };
    });
    return [name, found.filter(({ items }) => items.length)];
  }));
  const clearMarks = (name) => all(`#page-${CSS.escape(name)} .review-mark`).forEach((mark) => mark.remove());
  const markRows = (name) => {
    clearMarks(name);
    for (const { group, items, box: { x, y, width, height } } of rowsOf.get(name)) {
      const verdicts = new Set(items.map(({ key }) => form.answerTo(key).verdict));
      const [verdict] = ["change", "unsure", "agree"].filter((one) => verdicts.has(one));
      if (verdict && !(verdict === "agree" && verdicts.size > 1)) {
        group.append(drawn("text", { class: `review-mark ${verdict}`, x: x + width - 2, y: y + 11.5, "text-anchor": "end" }, SIGNS[verdict]));
      }
      if (!items.some((item) => rests(item, current))) continue;
      const kind = items.includes(current) ? "picked" : "bears";
      group.append(drawn("rect", { class: `review-mark ${kind}`, x: x + 1, y: y + 1, width: width - 2, height: height - 2, rx: 2 }));
    }
  };

  const showDecision = () => {
    const { verdict, comment } = form.answerTo(current.key);
    for (const input of all("#decision [name='verdict']")) input.checked = input.value === verdict;
    if (at("review-comment").value !== comment) at("review-comment").value = comment;
    at("review-needed").hidden = verdict !== "change" || Boolean(comment.trim());
    at("review-subject").textContent = `${shortOf(current)}: ${ASKED[current.kind]}`;
    const own = queue === "quick" ? form.ofKind(current.kind) : queueOf(queue);
    const kind = queue === "quick" ? { reading: "Reading", gap: "Gap", statement: "Statement" }[current.kind] : "";
    at("review-position").textContent = own.includes(current) ? [kind, own.indexOf(current) + 1, "of", own.length].join(" ").trim() : "";
  };

  const show = () => {
    const [first] = pathwaysOf(current);
    if (first && !pathwaysOf(current).includes(shownPathway)) shownPathway = first;
    showPage(shownPathway);
    for (const [key, card] of cardOf) card.hidden = key !== current.key;
    document.querySelector(".review-panel").hidden = finishing;
    at("review-pages").hidden = finishing;
    at("review-finish").hidden = !finishing;
    showDecision();
    showList();
    showProgress();
    if (finishing) showFinish();
    else markRows(shownPathway);
  };

  const select = (item, { focus = true, from = queue } = {}) => {
    queue = from;
    finishing = false;
    if (current !== item) at("decision").parentElement.scrollTop = 0;
    current = item;
    show();
    if (!focus) return;
    // The desk where all of it fits beside each other, else the item.
    document.querySelector(window.matchMedia("(min-width: 85rem)").matches ? ".desk" : ".review-panel").scrollIntoView();
    cardOf.get(item.key).focus({ preventScroll: true });
  };
  const selectPathway = (name) => {
    shownPathway = name;
    const own = form.ofPathway(name);
    select(own.find((item) => !form.isDecided(item)) || own[0], { from: name });
  };

  // Decisions and the file

  const showFinish = () => {
    for (const field of all("#review-finish .decisions fieldset")) {
      const { pathway } = field.dataset;
      const own = form.ofPathway(pathway);
      field.querySelector(".done").textContent = `${form.decided(own)} of ${own.length} answered`;
      for (const input of all("input", field)) input.checked = input.value === form.decision(pathway);
      const against = form.objections(pathway);
      const approve = field.querySelector("[value='approve']");
      approve.disabled = against.length > 0 && form.decision(pathway) !== "approve";
      const why = field.querySelector(".why-not");
      why.textContent = against.length ? `Cannot be approved as it is: ${against.map(shortOf).join(", ")} should change.` : "";
      why.hidden = !against.length;
    }
    const signed = form.reviewer();
    for (const field of Object.keys(signed)) if (at(`review-${field}`).value !== signed[field]) at(`review-${field}`).value = signed[field];
    const found = form.problems();
    at("review-export").disabled = found.length > 0;
    at("review-reasons").replaceChildren(...(found.length ? [
      make("p", { textContent: "Before the review can be exported:" }),
      make("ul", {}, ...found.map(({ text, key, field }) => make("li", {}, make("button", {
        type: "button", textContent: text, onclick: () => {
          if (key) select(form.byKey.get(key));
          else (field ? at(`review-${field}`) : document.querySelector("#review-finish .decisions input:checked")).focus();
        },
      })))),
    ] : [make("p", { textContent: "Ready: the file can be taken into the records with pnet review import." })]));
  };
  const finish = (name = "") => {
    finishing = true;
    show();
    const field = name && document.querySelector(`#review-finish fieldset[data-pathway="${CSS.escape(name)}"] input:checked`);
    (field || at("review-finish-title")).focus();
  };

  const save = (text, name) => {
    const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const fileName = (what) => {
    const who = form.reviewer().name.trim().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
    return `${["pnet", what, who, form.reviewer().date].filter(Boolean).join("-")}.json`;
  };

  // What is done by mouse and by keys

  const judge = (verdict) => {
    kept(form.answer(current.key, { verdict }));
    show();
    tell(`${shortOf(current)}: ${verdict || "no answer"}. ${at("review-overall").textContent}.`);
    if (verdict === "change" && !form.answerTo(current.key).comment.trim()) at("review-comment").focus();
  };
  const step = (by) => {
    const own = queueOf(queue);
    const place = own.indexOf(current) + by;
    if (place < 0) return;
    if (place < own.length) select(own[place]);
    else finish(queue === "quick" ? "" : queue);
  };
  const nextUndecided = () => {
    const own = queueOf(queue);
    const place = own.indexOf(current);
    const next = [...own.slice(place + 1), ...own.slice(0, place + 1)].find((item) => !form.isDecided(item));
    if (next) select(next);
    else finish(queue === "quick" ? "" : queue);
  };
  const KEYS = {
    a: () => judge("agree"), c: () => judge("change"), u: () => judge("unsure"),
    n: nextUndecided, j: () => step(1), k: () => step(-1), m: () => at("review-comment").focus(), f: () => finish(),
  };
  const TEXT = "textarea, select, [contenteditable], input:not([type='radio'], [type='checkbox'], [type='file'])";
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (target === at("review-comment") && key === "Escape") cardOf.get(current.key).focus();
    if (event.ctrlKey || event.altKey || event.metaKey || !at("review-keys").checked || target.closest(TEXT)) return;
    if (target !== document.body && !at("review").contains(target)) return;
    const act = KEYS[key.toLowerCase()];
    // Where the decisions are in view there is no item to judge.
    if (!act || (finishing && "acum".includes(key.toLowerCase()))) return;
    event.preventDefault();
    act();
  });

  for (const form of [at("decision"), at("review-finish")]) form.addEventListener("submit", (event) => event.preventDefault());
  for (const input of all("#decision [name='verdict']")) input.addEventListener("change", () => judge(input.value));
  at("review-comment").addEventListener("input", ({ target }) => {
    kept(form.answer(current.key, { comment: target.value }));
    at("review-needed").hidden = form.answerTo(current.key).verdict !== "change" || Boolean(target.value.trim());
    showList();
    showProgress();
  });
  at("review-overview").addEventListener("click", () => {
    finishing = false;
    show();
    showPage("overview");
  });
  for (const { class: name, leads_to: goal } of pages.find((page) => page.name === "overview").rows) {
    const group = goal && document.querySelector(`#page-overview .${name}`);
    if (!group) continue;
    group.classList.add("reviewable");
    group.addEventListener("click", () => selectPathway(goal));
  }
  for (const [name, rows] of rowsOf) {
    for (const { group, items } of rows) {
      group.classList.add("reviewable");
      group.addEventListener("click", (event) => {
        // The code at a row's edge leads to the source. A row of several gaps goes through them.
        if (!event.target.closest("a")) select(items[(items.indexOf(current) + 1) % items.length], { from: queue === "quick" ? queue : name });
      });
    }
  }
  at("review-previous").addEventListener("click", () => step(-1));
  at("review-next").addEventListener("click", () => step(1));
  at("review-undecided").addEventListener("click", nextUndecided);
  at("review-go").addEventListener("click", () => {
    const next = quick.find((item) => !form.isDecided(item));
    if (next) select(next, { from: "quick" });
    else finish();
  });
  at("review-finish-button").addEventListener("click", () => finish());
  for (const button of all(".review-nav [data-queue]")) {
    const { queue: name } = button.dataset;
    button.addEventListener("click", () => {
      if (name in titleOf) selectPathway(name);
      else select(form.ofKind(name).find((item) => !form.isDecided(item)) || form.ofKind(name)[0], { from: "quick" });
    });
  }
  // A link to an item selects it, from anywhere in the page; the page's own way with links then moves the focus there.
  const itemAt = (hash) => [...cardOf].find(([, card]) => card.id === decodeURIComponent(hash.slice(1)))?.[0];
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const key = link && itemAt(link.getAttribute("href"));
    if (key) select(form.byKey.get(key), { focus: false });
  }, { capture: true });
  const readAddress = () => {
    const key = itemAt(location.hash);
    if (key) select(form.byKey.get(key));
  };
  window.addEventListener("hashchange", readAddress);
  for (const field of all("#review-finish .decisions fieldset")) {
    field.addEventListener("change", ({ target }) => {
      kept(form.decide(field.dataset.pathway, target.value));
      show();
    });
  }
  for (const field of ["name", "role", "date"]) {
    at(`review-${field}`).addEventListener("input", ({ target }) => {
      kept(form.sign(field, target.value));
      showFinish();
    });
  }
  at("review-export").addEventListener("click", () => {
    save(form.exported(), fileName("review"));
    tell("The review is exported.");
  });
  at("review-draft").addEventListener("click", () => {
    save(form.draft(), fileName("draft"));
    tell("The draft is saved.");
  });
  at("review-import").addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    if (!file) return;
    const { problem, count } = form.imported(await file.text());
    target.value = "";
    at("review-imported").textContent = problem || `${count} answers are taken in from ${file.name}.`;
    at("review-imported").classList.toggle("problem", Boolean(problem));
    show();
  });
  // Two presses, since nothing brings back what is cleared.
  at("review-clear").addEventListener("click", ({ target }) => {
    if (!target.classList.toggle("sure")) {
      kept(form.clear());
      form.sign("date", form.today());
      at("review-imported").textContent = "All answers are cleared.";
      show();
    }
    target.textContent = target.classList.contains("sure") ? "Press again to clear all answers" : "Clear all answers";
  });
  at("review-clear").addEventListener("blur", ({ target }) => {
    target.classList.remove("sure");
    target.textContent = "Clear all answers";
  });
  const KEYS_KEPT = "pnet_pathways review keys";
  at("review-keys").addEventListener("change", ({ target }) => {
    try {
      localStorage.setItem(KEYS_KEPT, target.checked ? "on" : "off");
    } catch { /* they are on again the next time */ }
    document.querySelector(".review").classList.toggle("no-keys", !target.checked);
  });
  try {
    at("review-keys").checked = localStorage.getItem(KEYS_KEPT) !== "off";
  } catch { /* nothing is kept */ }
  document.querySelector(".review").classList.toggle("no-keys", !at("review-keys").checked);

  // What is not to be printed is said on the body, so that the browser's own way to print keeps to it too.
  const choosePrint = () => all("[data-print]").forEach(({ dataset, checked }) => document.body.classList.toggle(`without-${dataset.print}`, !checked));
  for (const box of all("[data-print]")) box.addEventListener("change", choosePrint);
  choosePrint();
  at("review-print").addEventListener("click", () => window.print());
  window.addEventListener("beforeprint", () => {
    at("review-record").replaceChildren(...writeRecord());
    for (const { name } of data.pathways) if (name !== shownPathway) markRows(name);
  });
  window.addEventListener("afterprint", () => at("review-record").replaceChildren());
  // The same page open twice: the other one's answers count here too.
  window.addEventListener("storage", ({ key }) => {
    if (key !== form.keptAs) return;
    form.recall();
    show();
  });

  for (const one of all(".with-scripts")) one.hidden = false;
  kept(form.recall() && form.keep());
  if (!form.reviewer().date) form.sign("date", form.today());
  queue = "quick";
  current = quick.find((item) => !form.isDecided(item)) || quick[0];
  show();
  readAddress();
  window.pnetReview = { form };
})();
