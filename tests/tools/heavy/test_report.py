"""The page of `audience.report` in a browser: Debian's Chromium, light and dark, on a screen and on a telephone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

import support
from report_page import Page

AXE = support.ROOT / "build/venv/axe/node_modules/axe-core/axe.min.js"
# What the browser says of each page: written by LOOK, which runs where playwright is.
LOOK = """
import json, sys
from pathlib import Path
from playwright.sync_api import sync_playwright

chromium, axe, *pages = sys.argv[1:]
TABLES = '''() => Object.fromEntries([...document.querySelectorAll('table')].map(table => [table.id,
    [...table.tBodies[0].rows].filter(row => row.className != 'sentence').map(row => [...row.cells].map(cell => {
        const value = cell.querySelector('data, time');
        return value ? value.getAttribute('value') ?? value.getAttribute('datetime') : cell.firstChild?.textContent ?? '';
    }))]))'''
# Texts of a chart that lie upon each other, or that its edge cuts off.
OVERLAPS = '''() => [...document.querySelectorAll('svg[role=img]')].flatMap(svg => {
    const frame = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]).filter(([, box]) => box.width > 0);
    return boxes.flatMap(([name, a], index) => [
        ...(a.left < frame.left - 1 || a.right > frame.right + 1 || a.bottom > frame.bottom + 1 || a.top < frame.top - 1 ? [[name, 'edge']] : []),
        ...boxes.slice(index + 1).filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
            .map(([other]) => [name, other])]);
})'''
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    for page in pages:
        for scheme in ("light", "dark"):
            for width in (1280, 390):
                # axe-core is a script, which the page's own policy forbids.
                context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
                tab, said = context.new_page(), []
                tab.on("console", lambda message: said.append(message.text))
                tab.on("pageerror", lambda error: said.append(str(error)))
                tab.on("request", lambda request: said.append(request.url) if request.url != Path(page).as_uri() else None)
                tab.goto(Path(page).as_uri())
                tab.wait_for_load_state("networkidle")
                wide = tab.evaluate("document.documentElement.scrollWidth")
                overlaps = tab.evaluate(OVERLAPS)
                background = tab.evaluate("getComputedStyle(document.body).backgroundColor")
                tab.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
                tables = tab.evaluate(TABLES)
                tab.evaluate(Path(axe).read_text())
                found = [[problem["id"], problem["nodes"][0]["html"]] for problem in tab.evaluate("axe.run()")["violations"]]
                print(json.dumps({"page": Path(page).stem, "scheme": scheme, "width": width, "said": said, "wide": wide, "overlaps": overlaps,
                                  "background": background, "tables": tables, "found": found}))
                context.close()
"""
SHOPS = {
    "demo": "CREATE TABLE demo AS SELECT customer_id, order_date, amount FROM audience.demo_orders()",
    "cdnow": f"CREATE TABLE cdnow AS FROM '{support.ROOT}/build/testdata/cdnow_orders.csv'",
    "five": "CREATE TABLE five AS SELECT customer_id, order_date, amount FROM audience.demo_orders() WHERE customer_id <= 5",
    "nothing": "CREATE TABLE nothing AS SELECT customer_id, order_date, amount FROM audience.demo_orders() LIMIT 0",
}


@pytest.fixture(scope="module")
def pages(package: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of each shop."""
    folder, pages = tmp_path_factory.mktemp("pages"), {}
    with duckdb.connect(config={"allow_unsigned_extensions": True}) as con:
        con.execute(f"LOAD '{package}/audience/audience.duckdb_extension'")
        con.execute("CREATE TABLE members AS SELECT unnest(['All', ['Even', 'Odd'][i % 2 + 1]]) AS audience, i AS customer_id FROM range(1, 1001) r(i)")
        for name, make in SHOPS.items():
            con.execute(make)
            pages[name] = folder / f"{name}.html"
            con.execute(f"""COPY (FROM audience.report('{name}', customer_id, order_date, amount, title := 'The <b>{name}</b> shop',
                currency := 'EUR', members := 'members')) TO '{pages[name]}' (FORMAT blob)""")
    return pages


def test_in_a_browser(run: Callable[..., str], pages: dict[str, Path]) -> None:
    """The tables hold what tests/test_report.py compares with SQL."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium: apt-get install chromium")
    looks = [json.loads(line) for line in run("browser", "python", "-c", LOOK, chromium, AXE, *pages.values(), timeout=600).splitlines()]
    assert len(looks) == 4 * len(SHOPS)
    backgrounds = {look["scheme"]: look["background"] for look in looks}
    assert backgrounds["light"] != backgrounds["dark"]
    for look in looks:
        where = look["page"], look["scheme"], look["width"]
        assert look["said"] == [], where
        assert look["found"] == [], where
        assert look["overlaps"] == [], where
        assert look["wide"] == look["width"], where
        assert look["background"] == backgrounds[look["scheme"]], where
        assert look["tables"] == Page(pages[look["page"]].read_text()).tables, where
