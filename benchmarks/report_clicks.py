"""How long the report page takes to answer a click, for every input of its form, beside laying out a diagram, in the same run.

A click is measured until the browser has laid out what it changed; the reference is the page's largest diagram put in its
place and laid out. Each input is clicked from a case with a few findings. Needs Chromium (see CONTRIBUTING). Run with
`make bench`; the ratios are what to compare, and no click should take more than 50 ms.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path

from figures import tell, untold

from pnet_pathways.views.report import report_html

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
STARTS = (
    "",
    "tumor_type=gastrinoma&pancreatic_tumors=several",
    "tumor_type=insulinoma&pancreatic_tumors=one&sites=head&spread.liver=yes",
    "tumor_type=vipoma&spread.liver=no",
)
ROUNDS = 3
MEASURE = """async starts => {
  const rest = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  const laidOut = () => document.body.getBoundingClientRect().height + document.getElementById("stage").scrollHeight;
  const timed = async job => {
    await rest();
    laidOut();
    const begin = performance.now();
    job();
    laidOut();
    return performance.now() - begin;
  };
  const pictures = [...document.querySelectorAll(".page svg")];
  const size = picture => picture.querySelectorAll("*").length;
  const largest = pictures.reduce((one, other) => size(one) < size(other) ? other : one);
  const clicks = [];
  const references = [];
  for (const start of starts) {
    for (const input of document.querySelectorAll("#findings input")) {
      document.getElementById("again").click();
      if (start) {
        history.replaceState(null, "", `#${start}`);
        window.dispatchEvent(new HashChangeEvent("hashchange"));
      }
      if (!input.checked) clicks.push([`${start} ${input.name}=${input.value}`, await timed(() => input.click())]);
    }
    for (let round = 0; round < 10; round += 1) {
      references.push(await timed(() => document.getElementById("stage").replaceChildren(largest.cloneNode(true))));
    }
  }
  return { clicks, references };
}"""


def main() -> None:
    """Tell the measurements, or why they cannot be made."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        untold("report: clicks", "Playwright is missing")
        return
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        untold("report: clicks", "there is no Chromium on the PATH")
        return
    times: dict[str, list[float]] = {}
    references: list[float] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "report.html"
        path.write_text(report_html(), "utf-8")
        browser = playwright.chromium.launch(executable_path=program)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(path.as_uri())
        for _ in range(ROUNDS):
            found = page.evaluate(MEASURE, list(STARTS))
            references.extend(found["references"])
            for name, milliseconds in found["clicks"]:
                times.setdefault(name, []).append(milliseconds)
        size = path.stat().st_size
        browser.close()
    # The median of the rounds is an input's time: what the machine does besides stands out in one round only.
    medians = sorted(statistics.median(one) for one in times.values())
    reference = statistics.median(references)
    rows = (
        (f"click, median of {len(medians)} inputs", statistics.median(medians)),
        ("click, 95 % of inputs below", medians[len(medians) * 95 // 100]),
        ("click, slowest input", medians[-1]),
    )
    slowest = max(times, key=lambda name: statistics.median(times[name]))
    tell("report: its page", size / 1e6, "MB")
    for label, milliseconds in rows:
        beside = f"{milliseconds:.1f} ms{f'; {slowest}' if label == rows[-1][0] else ''}"
        tell(f"report: {label}", milliseconds / reference, "times laying out the largest diagram", beside)


if __name__ == "__main__":
    main()
