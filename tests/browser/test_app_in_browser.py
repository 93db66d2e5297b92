"""The app as people meet it: a real server, a real Chromium, light and dark, laptop and phone."""

from __future__ import annotations

import csv
import io
import os
import re
import statistics
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.unit.dashboards.published_company import Company, write

pytestmark = pytest.mark.slow

PAGES = {
    "overview": ("/", "How customers feel"),
    "account": ("/account?account=A-0001", "Account"),
    "silent-account": ("/account?account=A-0002", "Account"),
    "accounts": ("/account", "Account"),
    "health": ("/health", "Health"),
    "listening": ("/listening", "Listening"),
    "search": ("/search?words=sync+broken", "Search"),
    "review": ("/review", "Review"),
}
SIZES = {"laptop": (1366, 860), "phone": (390, 844)}
WRONG = re.compile(
    r"Traceback|Exception|Error:|Oh no|went wrong|cannot be read|undefined|\bNaN\b|\bnull\b", re.IGNORECASE
)
# Each asks a foreign host for something or runs a script, if anything at all renders it.
PAYLOADS = {
    -1: '![beacon](http://evil.example/a.png) <img src=x onerror="window.pwned=1;alert(1)">',
    0: "<script>window.pwned=1</script> [click](javascript:window.pwned=1) http://evil.example/auto",
    1: ":red[x] $\\href{http://evil.example/tex}{x}$ <style>@import 'http://evil.example/c.css'</style> =1+1",
}
HOSTILE_NAMES = {
    0: "![n](http://evil.example/n.png) <img src=http://evil.example/i.png onerror=alert(1)>",
    1: "<b>bold</b>",
}


@pytest.fixture(scope="module")
def company(serve, tmp_path_factory) -> str:
    """The address of an app on a company of sixty accounts and forty weeks."""
    data = tmp_path_factory.mktemp("company_in_browser")
    write(data, Company(accounts=60, weeks=40, touches=6_000))
    return serve(data)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_drawn_without_errors_and_asks_no_foreign_host(company, visit, theme, size):
    width, height = SIZES[size]
    visitor = visit(company, theme, width, height)
    for name, (path, title) in PAGES.items():
        visitor.page.set_viewport_size({"width": width, "height": height})
        page = visitor.open(path)
        assert page.locator("h1").first.inner_text() == title
        words = page.locator("[data-testid=stMain]").inner_text()
        assert not WRONG.search(words), (name, WRONG.search(words))
        assert page.locator("[data-testid=stException]").count() == 0, name
        overflow = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth - window.innerWidth")
        assert overflow <= 0, f"{name} is wider than the screen"
        background = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
        assert background == {"light": "rgb(251, 251, 250)", "dark": "rgb(20, 23, 28)"}[theme], name
        _keep_screenshot(page, f"{name}-{theme}-{size}", width)
    assert not visitor.foreign
    assert not visitor.errors


def test_the_first_page_is_readable_within_seconds(company, visit, record_property):
    seconds = []
    for _ in range(3):
        visitor = visit(company)
        start = time.perf_counter()
        visitor.page.goto(company)
        visitor.page.get_by_text("95 % interval").first.wait_for()
        seconds.append(time.perf_counter() - start)
    record_property("seconds_to_readable_first_page", round(statistics.median(seconds), 2))
    print(f"\nfirst page readable after {', '.join(f'{s:.2f} s' for s in seconds)} (three fresh profiles)")
    assert min(seconds) < 15, "the figure is reported, not judged; but this is no longer a page, it is a wait"


def test_what_customers_write_stays_text(serve, visit, tmp_path):
    write(tmp_path, Company(touches=300, texts=PAYLOADS, names=HOSTILE_NAMES))
    visitor = visit(serve(tmp_path), width=1366, height=4_000)
    for path in (
        "/",
        "/account",
        "/account?account=A-0001",
        "/account?account=A-0002",
        "/health",
        "/listening",
        "/search?words=evil",
        "/review",
    ):
        page = visitor.open(path)
        assert page.evaluate("window.pwned") is None
        assert page.locator("[data-testid=stMain] script, [data-testid=stMain] img[src*=evil]").count() == 0
    page = visitor.open("/account?account=A-0001")
    assert HOSTILE_NAMES[0] in page.locator("h2").first.inner_text()
    touches = page.locator("[data-testid=stDataFrame]").last
    touches.scroll_into_view_if_needed()
    box = touches.bounding_box()
    read = set()
    for row in range(1, 6):
        page.mouse.click(box["x"] + 14, box["y"] + 36 * row + 18)
        page.get_by_text("In full", exact=True).wait_for()
        read |= set(visitor.settled().locator("[data-testid=stText]").all_inner_texts())
    assert read & set(PAYLOADS.values()), "the text is there to read, sign by sign"
    assert page.evaluate("window.pwned") is None
    assert not visitor.dialogs
    assert not visitor.foreign, visitor.foreign


def test_a_table_is_downloaded_with_formulas_as_text_and_only_so(serve, visit, tmp_path):
    formula = "=cmd|' /C calc'!A0"
    write(tmp_path, Company(touches=120, texts={-1: formula, 0: formula, 1: formula}, names={0: "@SUM(1+1)"}))
    page = visit(serve(tmp_path), height=3_000).open("/account?account=A-0001")
    table = page.locator("[data-testid=stDataFrame]").last
    table.hover()
    page.wait_for_timeout(500)
    assert page.get_by_label("Search").count() > 0, "the table's own tools are there"
    assert page.get_by_label("Download as CSV").count() == 0
    with page.expect_download() as waited:
        page.get_by_role("button", name="Download").last.click()
    assert waited.value.suggested_filename == "touches.csv"
    rows = list(csv.DictReader(Path(waited.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert {row["Text, redacted"] for row in rows} == {f"'{formula}"}
    assert any(float(row["Points"]) < 0 for row in rows if row["Points"]), "numbers stay numbers"


def test_an_account_is_found_with_the_keyboard_and_its_address_can_be_kept(company, visit):
    visitor = visit(company)
    page = visitor.open("/account")
    box = page.get_by_role("combobox").first
    box.focus()
    page.keyboard.type("A-0005")
    page.keyboard.press("Enter")
    page.locator("h2").first.wait_for()
    page.wait_for_url("**/account?account=A-0005")
    name = page.locator("h2").first.inner_text()
    again = visit(company).open("/account?account=A-0005")
    assert again.locator("h2").first.inner_text() == name


def test_charts_follow_when_the_reader_changes_the_theme(company, visit):
    page = visit(company, theme="light").open("/")
    chart = page.locator("[data-testid=stVegaLiteChart]").first
    light = _brightness(chart.screenshot())
    page.get_by_role("button", name="Main menu").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    page.keyboard.press("Escape")
    page.wait_for_timeout(1_500)
    dark = _brightness(chart.screenshot())
    assert light > 200
    assert dark < 70


def test_the_chosen_comparison_stays_in_the_address(company, visit):
    page = visit(company).open("/")
    page.get_by_role("radio", name="region").or_(page.get_by_role("button", name="region")).first.click()
    page.wait_for_url("**by=region**")


def test_a_new_publication_appears_without_a_restart(serve, visit, tmp_path):
    write(tmp_path, Company(accounts=4, touches=80))
    visitor = visit(serve(tmp_path))
    assert "of 4" in visitor.open("/").locator("[data-testid=stMain]").inner_text()
    write(tmp_path, Company(accounts=6, touches=80), generation="000002-2026-11-29")
    assert "of 6" in visitor.open("/").locator("[data-testid=stMain]").inner_text()


def test_before_the_first_publication_the_page_helps(serve, visit, tmp_path):
    page = visit(serve(tmp_path)).open("/")
    assert "make demo" in page.locator("[data-testid=stMain]").inner_text()


def _brightness(png: bytes) -> float:
    """Mean grey value of an image, 0 to 255."""
    image = Image.open(io.BytesIO(png)).convert("L")
    return sum(value * count for value, count in enumerate(image.histogram())) / (image.width * image.height)


def _keep_screenshot(page, name: str, width: int) -> None:
    """Where ``JSI_SCREENSHOTS`` names a folder, keep what was seen, the whole page high."""
    folder = os.environ.get("JSI_SCREENSHOTS")
    if not folder:
        return
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": height + 20})
    page.wait_for_timeout(1_500)
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')", timeout=60_000)
    page.wait_for_timeout(800)
    Path(folder).mkdir(parents=True, exist_ok=True)
    page.screenshot(path=Path(folder) / f"{name}.png")
