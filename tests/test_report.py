"""`audience.report`: the page is sound HTML, asks nobody for anything, and shows the numbers of the functions."""

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

import support
from report_page import Page, number

COLUMNS = "customer_id, order_date, amount"
EVIL = "<script>alert('x')</script>&\"<img src=x onerror=y>"


def page_of(con: duckdb.DuckDBPyConnection, options: str = "", orders: str = "orders") -> tuple[str, Page]:
    rows = con.execute(f"FROM audience.report('{orders}', {COLUMNS}{options})").fetchall()
    assert len(rows) == 1
    html = rows[0][0].decode()
    assert len(rows[0][0]) < 1_000_000
    return html, Page(html)


@pytest.fixture
def shop(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("CREATE TABLE orders AS SELECT customer_id, order_date, amount FROM audience.demo_orders()")
    return con


@pytest.fixture
def small(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("CREATE TABLE orders AS FROM audience.demo_orders() WHERE customer_id <= 5")
    con.execute("CREATE TABLE nothing AS FROM orders LIMIT 0")
    return con


def same(shown: list[list[str]], sql: list[tuple]) -> None:
    """Cell by cell; what was summed in another order may differ in its last digits."""
    assert len(shown) == len(sql) > 0
    for cells, row in zip(shown, sql):
        assert len(cells) == len(row)
        for cell, value in zip(cells, row):
            if isinstance(value, (int, float)):
                assert number(cell) == pytest.approx(value, rel=1e-9)
            elif value is None:
                assert cell in ("–", "")
            else:
                assert cell == str(value)


def test_it_asks_nobody_and_runs_nothing(shop: duckdb.DuckDBPyConnection) -> None:
    html, page = page_of(shop)
    assert html.startswith("<!DOCTYPE html>") and 'lang="en"' in html
    assert not re.search(r"://|@import|url\(", html)
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "img", "iframe", "object", "embed", "base", "form", "a")
        assert not {"src", "href", "xlink:href", "action"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)


def test_its_parts_have_names(shop: duckdb.DuckDBPyConnection) -> None:
    _, page = page_of(shop)
    assert len(page.ids) == len(set(page.ids))
    for _, attributes in page.tags:
        assert set((attributes.get("aria-labelledby") or "").split()) <= set(page.ids)
    charts = [attributes for tag, attributes in page.tags if tag == "svg" and attributes.get("role") == "img"]
    assert len(charts) >= 6 and all("aria-labelledby" in chart for chart in charts)
    figures = [tag for tag, _ in page.tags if tag == "figure"]
    assert len(figures) == len([tag for tag, _ in page.tags if tag == "figcaption"]) == 6


def test_the_same_query_writes_a_file(shop: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    shop.execute(f"COPY (FROM audience.report('orders', {COLUMNS}, title := 'Käse & Brot')) TO '{file}' (FORMAT blob)")
    assert Page(file.read_text(encoding="utf-8")).headings == ["Käse & Brot"]


def test_texts_stay_texts(con: duckdb.DuckDBPyConnection) -> None:
    """Customers, audiences, the title and the unit may be called whatever they like."""
    quoted = EVIL.replace("'", "''")
    con.execute(f"""
        CREATE TABLE orders AS SELECT '{quoted}' || customer_id AS customer_id, order_date, amount FROM audience.demo_orders();
        CREATE TABLE members AS SELECT '{quoted}' AS audience, customer_id FROM orders""")
    html, page = page_of(con, f", title := '{quoted}', currency := '{quoted}', members := 'members'")
    assert page.headings == [EVIL]
    assert page.tables["audiences"][0][0] == EVIL
    assert all(row[0].startswith(EVIL) for row in page.tables["slipping"])
    assert page.text.count(EVIL) >= 24
    assert "<script" not in html and "<img" not in html


def test_the_tables_are_those_of_the_functions(shop: duckdb.DuckDBPyConnection) -> None:
    day = shop.execute("SELECT max(order_date) FROM orders").fetchone()[0]
    shop.execute("CREATE TABLE members AS SELECT CASE WHEN customer_id % 2 = 0 THEN 'Even' ELSE 'Odd' END AS audience, customer_id FROM orders")
    shop.execute(f"CREATE TABLE scored AS FROM audience.customers('orders', {COLUMNS})")
    tables = page_of(shop, ", customers := 7, members := 'members'")[1].tables
    queries = {
        "overview": f"""SELECT coalesce(lifecycle_stage::VARCHAR, 'All customers'), customers, customers_1_month_before, customers_3_months_before,
            customers_6_months_before, customers_year_before, revenue_30_days, revenue_365_days, expected_revenue
            FROM audience.overview('orders', {COLUMNS}) ORDER BY lifecycle_stage NULLS LAST""",
        "stages": f"""SELECT period_end, sum(customers) FILTER (lifecycle_stage = 'Just Ordered'), sum(customers) FILTER (lifecycle_stage = 'Active'),
            sum(customers) FILTER (lifecycle_stage = 'Slipping Away'), sum(customers) FILTER (lifecycle_stage = 'Lost'), sum(customers)
            FROM audience.lifecycle_history('orders', {COLUMNS}, since := DATE '{day}' - INTERVAL 23 MONTH) GROUP BY period_end ORDER BY period_end DESC""",
        "tiers": f"""SELECT coalesce(importance_tier::VARCHAR, 'All tiers'), customers, revenue_365_days, expected_revenue
            FROM audience.value_risk('orders', {COLUMNS}) WHERE lifecycle_stage IS NULL
            ORDER BY importance_tier IS NULL, importance_tier DESC""",
        "gaps": f"""SELECT purchase_number || (['nd', 'rd', 'th'])[purchase_number - 1], customers_at_risk, customers_converted, share_30_days,
            share_60_days, share_90_days, share_180_days, share_365_days, median_days
            FROM audience.order_gaps('orders', customer_id, order_date, amount := amount) WHERE purchase_number <= 4 AND customers_at_risk >= 10 ORDER BY purchase_number""",
        "deciles": f"""SELECT bucket, customers, predicted_return_rate, realised_return_rate
            FROM audience.backtest('orders', {COLUMNS}, DATE '{day}' - 180) WHERE dimension = 'return_decile' ORDER BY bucket::INTEGER""",
        "slipping": """SELECT customer_id::VARCHAR, revenue, expected_revenue, purchases, last_order_date FROM scored
            WHERE lifecycle_stage = 'Slipping Away' ORDER BY customer_value DESC, customer_id LIMIT 7""",
        "audiences": """SELECT audience, customers, share, revenue_365_days, expected_revenue, slipping_share, lost_share
            FROM audience.audience_summary('members', 'scored', orders := 'orders', order_customer_id := customer_id, order_date := order_date,
            amount := amount) ORDER BY audience""",
    }  # fmt: skip
    assert set(tables) == set(queries) | {"value", "cohorts"}
    for name, query in queries.items():
        same(tables[name], shop.execute(query).fetchall())
    grid = shop.execute(f"SELECT importance_tier, lifecycle_stage, expected_revenue_at_risk, customers FROM audience.value_risk('orders', {COLUMNS})").fetchall()
    values = {(tier or "All tiers", stage): risk for tier, stage, risk, customers in grid if customers > 0}
    for name, *cells in tables["value"]:
        for stage, cell in zip(["Just Ordered", "Active", "Slipping Away", "Lost", None], cells, strict=True):
            assert number(cell) == pytest.approx(values.get((name, stage)), rel=1e-9)
    cohorts = shop.execute(f"SELECT cohort, customers, age, retention FROM audience.cohorts('orders', {COLUMNS}) WHERE age BETWEEN 1 AND 12").fetchall()
    shares = {(str(cohort), age): retention for cohort, _, age, retention in cohorts}
    assert len(tables["cohorts"]) == 23
    for month, customers, *cells in tables["cohorts"]:
        assert int(customers) == next(known for cohort, known, _, _ in cohorts if str(cohort) == month)
        assert [number(cell) for cell in cells] == [shares.get((month, age)) for age in range(1, 13)]


def test_reasons_stand_below_their_customers(shop: duckdb.DuckDBPyConnection) -> None:
    _, page = page_of(shop, ", customers := 3")
    reasons = dict(shop.execute(f"SELECT customer_id::VARCHAR, reason FROM audience.customers('orders', {COLUMNS})").fetchall())
    assert page.sentences["slipping"] == [reasons[row[0]] for row in page.tables["slipping"]]
    assert len(page.sentences["slipping"]) == 3


def test_what_an_audience_buys_more_than_others(shop: duckdb.DuckDBPyConnection) -> None:
    shop.execute("""
        CREATE TABLE lines AS SELECT customer_id, order_date, '<b>' || product_name AS product, category FROM audience.demo_lines();
        CREATE TABLE members AS SELECT DISTINCT category AS audience, customer_id FROM lines WHERE category IS NOT NULL;
        INSERT INTO members SELECT 'Anybody', customer_id FROM orders""")
    _, page = page_of(shop, ", members := 'members', lines := 'lines'")
    sure = dict(shop.execute("""
        SELECT audience, string_agg(product, ' · ' ORDER BY q_value, lift DESC, product)
        FROM audience.audience_products('members', 'lines', customer_id, order_date, product, top := 3)
        WHERE q_value < 0.05 AND lift > 1 GROUP BY audience""").fetchall())
    assert len(sure) >= 3
    for row, sentence in zip(page.tables["audiences"], page.sentences["audiences"], strict=True):
        assert sentence == (f"Buys more than others: {sure[row[0]]}" if row[0] in sure else "Buys no product clearly more often than others.")


def test_nobody_is_named_who_must_not_be(shop: duckdb.DuckDBPyConnection) -> None:
    shop.execute("CREATE TABLE named AS SELECT 'customer' || customer_id AS customer_id, order_date, amount FROM orders")
    assert "customer1" not in page_of(shop, ", customers := 0", "named")[0]
    assert len(page_of(shop, ", customers := 4", "named")[1].tables["slipping"]) == 4


def test_nothing_after_the_day_is_looked_at(shop: duckdb.DuckDBPyConnection) -> None:
    """Only sums in another order may differ, so the tables are compared."""
    shop.execute("CREATE TABLE past AS FROM orders WHERE order_date <= DATE '2025-03-10'")
    now, then = (page_of(shop, ", as_of := DATE '2025-03-10'", orders)[1] for orders in ("orders", "past"))
    assert re.sub(r"\d", "", now.text) == re.sub(r"\d", "", then.text)
    assert "As of 10 March 2025." in now.text
    assert {name: len(rows) for name, rows in now.tables.items()} == {name: len(rows) for name, rows in then.tables.items()}
    for name, rows in now.tables.items():
        for ours, theirs in zip(rows, then.tables[name]):
            for a, b in zip(ours, theirs):
                assert a == b or float(a) == pytest.approx(float(b), rel=1e-9), name


def test_a_shop_of_five_customers(small: duckdb.DuckDBPyConnection) -> None:
    html, page = page_of(small)
    assert "5 customers with a purchase" in page.text
    assert "NaN" not in html and "inf" not in page.text.split()
    assert "Fewer than ten customers have bought" in page.text


@pytest.mark.parametrize("orders", [1, 2])
def test_a_shop_of_its_first_days(con: duckdb.DuckDBPyConnection, orders: int) -> None:
    con.execute(f"CREATE TABLE orders AS SELECT 1 AS customer_id, DATE '2026-01-01' + i::INTEGER AS order_date, 10.0 AS amount FROM range({orders}) r(i)")
    html, page = page_of(con)
    assert "NaN" not in html and "1 customer with a purchase" in page.text
    assert "The orders lie within one month" in page.text
    assert "Fewer than ten customers have bought" in page.text


def test_no_amounts_and_nothing_but_refunds(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE TABLE orders AS FROM audience.demo_orders(customers := 40)")
    con.execute("CREATE TABLE unpriced AS SELECT customer_id, order_date, NULL::DOUBLE AS amount FROM orders")
    con.execute("CREATE TABLE refunds AS SELECT customer_id, order_date, -1.0 AS amount FROM orders")
    assert "no amount is known" in page_of(con, "", "unpriced")[1].text.lower()
    assert "NaN" not in page_of(con, "", "refunds")[0]


def test_an_empty_table(small: duckdb.DuckDBPyConnection) -> None:
    for options in ["", ", as_of := DATE '2025-01-01'", ", customers := 0"]:
        _, page = page_of(small, options, "nothing")
        assert "There are no orders to report on." in page.text
        assert page.tables == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (", customers := 1001", "audience: report: customers must be 0 to 1000, got 1001"),
        (", customers := -1", "audience: report: customers must be 0 to 1000, got -1"),
        (", customers := 1.5", "audience: report: customers must be a whole number, 0 to 1000, got 1.5"),
        (", title := NULL", "audience: report: title must be a text, got NULL"),
        (", currency := 3", "audience: report: currency must be a text or NULL, got 3"),
        (", as_of := 'infinity'::DATE", "audience: report: as_of must be a finite date, got infinity"),
        (", filter := 'country'", "audience: report: filter must be a condition"),
    ],
)
@pytest.mark.parametrize("orders", ["orders", "nothing"])
def test_errors_name_the_function_and_the_argument(small: duckdb.DuckDBPyConnection, options: str, message: str, orders: str) -> None:
    if "filter" in options and orders == "nothing":
        pytest.skip("a condition of no rows is not looked at")
    with pytest.raises(duckdb.Error, match=re.escape(message)):
        page_of(small, options, orders)


def test_columns_are_checked(small: duckdb.DuckDBPyConnection) -> None:
    for columns, message in [
        ("'customer_id', order_date, amount", "audience: report: customer_id is the text 'customer_id'"),
        ("customer_id, amount, amount", "audience: report: order_date must be a DATE or a TIMESTAMP, got DOUBLE"),
        ("customer_id, order_date, country", "audience: report: amount must be a number, got VARCHAR"),
    ]:
        with pytest.raises(duckdb.Error, match=re.escape(message)):
            small.execute(f"FROM audience.report('orders', {columns})").fetchall()
    with pytest.raises(duckdb.Error, match="audience: report: amount adds up to more than a DOUBLE holds"):
        small.execute("FROM audience.report('orders', customer_id, order_date, 1e308)").fetchall()


def test_a_placeholder_date_does_no_harm(shop: duckdb.DuckDBPyConnection) -> None:
    """Cohorts by month since 1900 would be too many periods."""
    shop.execute("INSERT INTO orders VALUES (1, DATE '1900-01-01', 10)")
    assert len(page_of(shop)[1].tables["cohorts"]) == 23


def test_what_was_not_made_for_it_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    for facts in ["", "[]", "{}", '{"title": 3}', "{" * 10_000]:
        with pytest.raises(duckdb.Error, match="report: facts were not made by audience.report"):
            con.execute("SELECT __audience_report_page('report', $facts)", {"facts": facts})
    assert con.execute("SELECT __audience_report_page('report', NULL)").fetchone() == (None,)


def test_keys_of_any_type(small: duckdb.DuckDBPyConnection) -> None:
    for key in ["[customer_id]", "{'a': customer_id, 'b': 'x'}", "uuid()", "customer_id::UTINYINT", "encode('ä' || customer_id)"]:
        small.execute(f"CREATE OR REPLACE TABLE keyed AS SELECT {key} AS customer_id, order_date, amount FROM orders")
        page_of(small, "", "keyed")


def test_a_day_has_its_name(small: duckdb.DuckDBPyConnection) -> None:
    last = small.execute("SELECT max(order_date) FROM orders").fetchone()[0]
    assert isinstance(last, date)
    assert f"As of {last.day} {last:%B %Y}." in page_of(small)[1].text
