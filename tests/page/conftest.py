"""The page in headless Chromium, from a file and with every request, message and error written down."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright
from tests.unit.report_examples import TRAP, day
from tests.unit.report_folders import many, write_folder, write_groups, write_rejects

from chartbrief.books import Books
from chartbrief.report.run_figures import keep_figures
from chartbrief.report.show_folder import show_folder
from chartbrief.report.write_page import write_page
from chartbrief.report.write_report import write_report
from chartbrief.run_report import RunReport

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ("background-networking", "component-update", "sync", "gpu")
ARGUMENTS = ["--headless", "--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in QUIET)]
MANY = 5_000

Opened = Callable[..., Any]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Any) -> Iterator[Opened]:
    """Opens a file; afterwards nothing but it may have been asked for, and nothing may have gone wrong in it."""
    asked: list[str] = []
    wrong: list[str] = []
    contexts: list[Any] = []

    def open_page(path: Path, address: str = "", width: int = 1280, scheme: str = "light") -> Any:
        contexts.append(browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme))
        page = contexts[-1].new_page()
        page.set_default_timeout(5000)
        page.on("request", lambda request: asked.append(request.url.split("#")[0]))
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(path.as_uri() + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert len(set(asked)) <= 1
    assert wrong == []


@pytest.fixture(scope="session")
def day_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One note of every kind, two rejects and three groups."""
    out = write_folder(tmp_path_factory.mktemp("day") / "out", day())
    write_rejects(out, f"ed/day.csv, record 3: the note is empty {TRAP}")
    rows = ("P1", "pg-1", "Infarction with stroke"), ("P2", "pg-1", "Infarction with stroke")
    write_groups(out, *rows, ("P1", "icd10:I21", "Acute myocardial infarction"), ("P2", "icd10:J18", "Pneumonia"))
    steps = {"model": 4.0, "collect": 2.5, "stage": 1.0, "plan": 0.0, "idle": 0.5}
    books = Books(summarized=5, quarantined=2, superseded=1)
    keep_figures(RunReport(books, (), 8.0, 2.0, out, out, {}, steps), "2031-03-15T09:30:00+00:00")
    return write_report(out)


@pytest.fixture(scope="session")
def many_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """5,000 notes of about 2,000 characters."""
    path = tmp_path_factory.mktemp("many") / "report.html"
    path.write_text("".join(write_page(show_folder(many(MANY), "many", "2031-03-15T09:30:00+00:00"))), "utf-8")
    return path
