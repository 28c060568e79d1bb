"""How large the page of many notes is, and how long a browser takes: `python -m tests.page.measure_page [notes]`."""

import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright
from tests.page.conftest import ARGUMENTS, CHROMIUM
from tests.unit.report_folders import many

from chartbrief.report.show_folder import show_folder
from chartbrief.report.write_page import write_page

ROUNDS = 5
# What a person waits for: from the address to the first rows on the screen, and from Enter to the note on the screen.
OPENED = """() => new Promise((done) => {
  const started = performance.now();
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "End" }));
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
})"""
SEARCHED = """() => new Promise((done) => {
  const started = performance.now();
  const counted = new MutationObserver(() => done(performance.now() - started));
  counted.observe(document.getElementById("count"), { childList: true });
  const search = document.getElementById("search");
  search.value = "bed 4321.";
  search.dispatchEvent(new Event("input"));
})"""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = Path(folder) / "report.html"
        started = time.perf_counter()
        path.write_text("".join(write_page(show_folder(many(count), "many", "2031-03-15T09:30:00+00:00"))), "utf-8")
        figures = {"notes": count, "made_s": time.perf_counter() - started, "file_mb": path.stat().st_size / 1e6}
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        rounds = [_measure(browser, path) for _ in range(ROUNDS)]
        figures |= {name: median(each[name] for each in rounds) for name in rounds[0]}
        figures["chromium"] = browser.version
        browser.close()
    sys.stdout.write(json.dumps({k: round(v, 2) if isinstance(v, float) else v for k, v in figures.items()}) + "\n")


def _measure(browser: Any, path: Path) -> dict[str, float]:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(path.as_uri())
    page.wait_for_selector(".row")
    listed = page.evaluate("performance.getEntriesByName('listed')[0].startTime")
    page.evaluate("document.activeElement.blur()")
    figures = {
        "first_list_ms": listed,
        "open_note_ms": page.evaluate(OPENED),
        "first_search_ms": page.evaluate(SEARCHED),
        "heap_mb": page.evaluate("performance.memory.usedJSHeapSize") / 1e6,
    }
    page.close()
    return figures


if __name__ == "__main__":
    main()
