"""Orders that are read in parts: the rows of `audience.customers`, bit for bit."""

from pathlib import Path

import duckdb
import pytest

import support

CDNOW = support.ROOT / "build/testdata/cdnow_orders.csv"
# What histories, shop and customers_of take, and customers all at once.
SETTINGS = {
    "default": ("", "", ""),
    "groups": ("peer_group := country", "", ""),
    "day and filter": ("as_of := DATE '2025-03-01', filter := status = 'completed'", "as_of := DATE '2025-03-01'", ""),
    "a value of its own": ("", "value_days := 1000, discount_rate := 0.15", ""),
    "margins": ("value := amount / 3 - 5", "", ""),
    "without seasons": ("peer_group := [country]", "season := false, horizon_days := 60", "lost_after_gaps := 3"),
}

# The parts are of one size at 4; at 7 nearly all are in one, and two are empty.
PARTS = {1: "0", 4: "hash({}) % 4", 7: "least(hash({}) % 100, 4)"}


@pytest.fixture(scope="module")
def con(extension_path: Path):
    with support.connect() as connection:
        connection.execute("CREATE TABLE orders AS FROM audience.demo_orders(customers := 1500)")
        yield connection


def arguments(*options: str) -> str:
    return "".join(f", {option}" for option in options if option)


def store(con: duckdb.DuckDBPyConnection, orders: str, parts: int, of_history: str, of_shop: str) -> None:
    """Histories part by part, some of them empty, and the shop."""
    part = PARTS[parts].format("customer_id")
    for number in range(parts):
        con.execute(f"CREATE OR REPLACE TEMP TABLE part AS FROM {orders} WHERE {part} = {number}")
        histories = f"FROM audience.histories('part', customer_id, order_date, amount{arguments(of_history)})"
        con.execute(f"CREATE OR REPLACE TEMP TABLE histories_{number} AS {histories}")
    union = " UNION ALL ".join(f"FROM histories_{number}" for number in range(parts))
    con.execute(f"CREATE OR REPLACE TEMP TABLE histories AS {union}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE saved AS FROM audience.shop('histories'{arguments(of_shop)})")


def difference(con: duckdb.DuckDBPyConnection) -> int:
    return sum(con.execute(f"SELECT count(*) FROM (FROM {a} EXCEPT ALL FROM {b})").fetchone()[0] for a, b in [("wanted", "found"), ("found", "wanted")])


@pytest.mark.parametrize("parts", [1, 4, 7])
@pytest.mark.parametrize("setting", SETTINGS)
def test_parts_give_the_rows_of_the_whole(con: duckdb.DuckDBPyConnection, setting: str, parts: int) -> None:
    of_history, of_shop, of_rows = SETTINGS[setting]
    day = of_shop if of_shop not in of_history else ""
    whole = f"orders', customer_id, order_date, amount{arguments(of_history, day, of_rows)}"
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS FROM audience.customers('{whole})")
    store(con, "orders", parts, of_history, of_shop)
    rows = [f"FROM audience.customers_of('histories_{number}', shop := (SELECT shop FROM saved){arguments(of_rows)})" for number in range(parts)]
    ranked = "* REPLACE (CASE WHEN customer_value IS NOT NULL THEN rank() OVER (ORDER BY customer_value DESC NULLS LAST) END AS value_rank)"
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS SELECT {ranked} FROM ({' UNION ALL '.join(rows)})")
    assert con.execute("SELECT count(*) > 900 FROM wanted").fetchone() == (True,)
    assert difference(con) == 0


def test_all_at_once_has_ranks_and_a_part_has_none(con: duckdb.DuckDBPyConnection) -> None:
    store(con, "orders", 4, "", "")
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS FROM audience.customers('orders', customer_id, order_date, amount)")
    con.execute("CREATE OR REPLACE TEMP TABLE found AS FROM audience.customers_of('histories', shop := (SELECT shop FROM saved))")
    assert difference(con) == 0
    part = "SELECT count(*) > 100, count(value_rank) FROM audience.customers_of('histories_2', shop := (SELECT shop FROM saved))"
    assert con.execute(part).fetchone() == (True, 0)


@pytest.mark.parametrize("parts", [1, 7])
@pytest.mark.parametrize("bins", [2, 5, 10])
def test_rfm_of_parts_is_rfm(con: duckdb.DuckDBPyConnection, bins: int, parts: int) -> None:
    store(con, "orders", parts, "", f"rfm_bins := {bins}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS FROM audience.rfm('orders', customer_id, order_date, amount, bins := {bins})")
    rows = [f"FROM audience.rfm_of('histories_{number}', shop := (SELECT shop FROM saved))" for number in range(parts)]
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS {' UNION ALL '.join(rows)}")
    assert con.execute("SELECT count(*) > 900, count(DISTINCT r) FROM wanted").fetchone() == (True, bins)
    assert difference(con) == 0


EVENTS = "events := 'events', event_contact_id := contact_id, event_at := event_at, event_kind := event_kind"
# What contact_stage and contact_stage_of take.
CONTACTS = {
    "default": "",
    "events": EVENTS,
    "days of one's own": "lapse_days := 90, labels := 'text'",
}


@pytest.fixture(scope="module")
def contacts(con: duckdb.DuckDBPyConnection) -> None:
    """Some customers are no contacts, and some contacts have not bought."""
    con.execute("""
        CREATE TABLE contacts AS SELECT DISTINCT contact_id FROM audience.demo_contacts(customers := 1700) WHERE contact_id % 10 <> 0;
        CREATE TABLE events AS
        SELECT contact_id, DATE '2025-12-31' - ((k * (7 + contact_id % 50))::INTEGER) AS event_at,
               ['open', 'click', 'sent', 'visit', 'favourite'][1 + (contact_id + k) % 5] AS event_kind
        FROM contacts, range(9) r(k) WHERE contact_id % 3 > 0""")


@pytest.mark.usefixtures("contacts")
@pytest.mark.parametrize("parts", [1, 7])
@pytest.mark.parametrize("of_history", ["", "peer_group := country"])
@pytest.mark.parametrize("setting", CONTACTS)
def test_contact_stage_of_parts_is_contact_stage(con: duckdb.DuckDBPyConnection, setting: str, of_history: str, parts: int) -> None:
    options = arguments(CONTACTS[setting])
    store(con, "orders", parts, of_history, "")
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS FROM audience.contact_stage('contacts', contact_id, 'orders', customer_id, order_date, amount{options})")
    for number in range(parts):
        con.execute(f"CREATE OR REPLACE TEMP TABLE contacts_{number} AS FROM contacts WHERE {PARTS[parts].format('contact_id')} = {number}")
    rows = [
        f"FROM audience.contact_stage_of('contacts_{number}', contact_id, 'histories_{number}', shop := (SELECT shop FROM saved){options})"
        for number in range(parts)
    ]
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS {' UNION ALL '.join(rows)}")
    assert con.execute("SELECT count(*) > 1400, count(DISTINCT contact_stage), count(DISTINCT engagement) FROM wanted").fetchone() == (
        True, 4, 3 if setting == "events" else 0)  # fmt: skip
    assert difference(con) == 0


def test_the_lapse_threshold_of_the_shop_is_that_of_its_orders(con: duckdb.DuckDBPyConnection) -> None:
    store(con, "orders", 7, "", "")
    found = con.execute("SELECT shop.lapse.threshold_days FROM saved").fetchone()
    assert found == con.execute("SELECT threshold_days FROM audience.lapse_threshold('orders', customer_id, order_date, amount := amount)").fetchone()


@pytest.mark.usefixtures("contacts")
def test_a_shop_of_before_has_no_lapse_threshold(con: duckdb.DuckDBPyConnection) -> None:
    store(con, "orders", 1, "", "")
    fields = "format_version as_of horizon_days customers total_value vip_value peer_gaps model".split()
    before = "{" + ", ".join(f"'{field}': shop.{field}" for field in fields) + "}"
    call = f"FROM audience.contact_stage_of('contacts', contact_id, 'histories', shop := (SELECT {before} FROM saved)"
    with pytest.raises(duckdb.InvalidInputException, match="audience: contact_stage_of: shop must be made anew with audience.shop"):
        con.execute(f"{call})").fetchall()
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS FROM audience.contact_stage('contacts', contact_id, 'orders', customer_id, order_date, amount, lapse_days := 90)")
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS {call}, lapse_days := 90)")
    assert difference(con) == 0


def test_a_shop_of_before_looks_a_year_ahead(con: duckdb.DuckDBPyConnection) -> None:
    store(con, "orders", 1, "", "")
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS FROM audience.customers('orders', customer_id, order_date, amount)")
    fields = "format_version as_of horizon_days customers total_value vip_value peer_gaps model".split()
    before = ", ".join(f"'{field}': shop.{field}" for field in fields)
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS FROM audience.customers_of('histories', shop := (SELECT {{{before}}} FROM saved))")
    assert difference(con) == 0


def test_columns_may_be_called_anything(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE verkauf AS SELECT customer_id AS \"Kunden Nr.\", order_date AS tag, amount AS geld FROM orders")
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS FROM audience.histories('orders', customer_id, order_date, amount)")
    con.execute("CREATE OR REPLACE TEMP TABLE found AS FROM audience.histories('verkauf', \"Kunden Nr.\", tag, geld)")
    assert con.execute("SELECT count(*) > 900 FROM wanted").fetchone() == (True,)
    assert difference(con) == 0


def test_parquet_keeps_what_is_stored(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE cdnow AS FROM read_csv('{CDNOW}')")
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS FROM audience.customers('cdnow', customer_id, order_date, amount)")
    con.execute(f"COPY (SELECT *, hash(customer_id) % 3 AS part FROM cdnow) TO '{tmp_path}/orders' (FORMAT parquet, PARTITION_BY (part))")
    (tmp_path / "histories").mkdir()
    for part in range(3):
        con.execute(f"""
            COPY (FROM audience.histories('{tmp_path}/orders/part={part}/*.parquet', customer_id, order_date, amount))
            TO '{tmp_path}/histories/{part}.parquet'""")
    con.execute(f"COPY (FROM audience.shop('{tmp_path}/histories/*.parquet')) TO '{tmp_path}/shop.parquet'")
    rows = f"audience.customers_of('{tmp_path}/histories/*.parquet', shop := (SELECT shop FROM '{tmp_path}/shop.parquet'))"
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS FROM {rows}")
    assert con.execute("SELECT count(*) > 20_000 FROM wanted").fetchone() == (True,)
    assert difference(con) == 0


def test_empty_and_refunds_only(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE nobody AS SELECT 7 AS contact_id WHERE false")
    none = "CREATE OR REPLACE TEMP TABLE {} AS SELECT 7 AS customer_id, DATE '2025-01-01' AS order_date, -5.0 AS amount WHERE {}"
    for name, condition, histories in (("nothing", "false", 0), ("refunds", "true", 1)):
        con.execute(none.format(name, condition))
        store(con, name, 1, "", "")
        assert con.execute("SELECT count(*) FROM histories").fetchone() == (histories,)
        assert con.execute("SELECT shop.customers, shop.vip_value FROM saved").fetchone() == (0, None)
        for function in ("customers_of(", "rfm_of(", "contact_stage_of('nobody', contact_id, "):
            assert con.execute(f"FROM audience.{function}'histories', shop := (SELECT shop FROM saved))").fetchall() == []


BAD = {
    "NULL": "shop must be the STRUCT of audience.shop, got NULL",
    "(SELECT shop FROM saved WHERE false)": "shop must be the STRUCT of audience.shop, got NULL",
    "{'format_version': 2}": "shop has the format version 2",
    "{'format_version': 1}": "shop.customers must be at least 0, got NULL",
    "{'format_version': 1, 'customers': 9}": "shop.as_of must be a finite date, got NULL",
    "changed(customers := 3::BIGINT)": "histories must be those that the shop was made of",
    "changed(as_of := DATE 'infinity')": "shop.as_of must be a finite date, got infinity",
    "changed(as_of := DATE '2024-01-01')": "histories must have no row after the as_of of the shop",
    "changed(horizon_days := 0)": "shop.horizon_days must be 1 to 3650, got 0",
    "changed(rfm := struct_update(shop.rfm, bins := 4))": "shop.rfm must have bins from 2 to 10",
    "changed(rfm := struct_update(shop.rfm, m_cuts := [3.0, 2.0, 4.0, 5.0]))": "shop.rfm must have bins from 2 to 10",
    "changed(rfm := struct_update(shop.rfm, r_cuts := NULL::DOUBLE[]))": "shop.rfm must have bins from 2 to 10",
    "changed(lapse := struct_update(shop.lapse, threshold_days := -1))": "shop.lapse.threshold_days must be at least 0, got -1",
    "changed(value_days := 0)": "shop.value_days must be 1 to 3650, got 0",
    "changed(discount_rate := 1.5::DOUBLE)": "shop.discount_rate must be 0 to 1, got 1.5",
    "changed(vip_value := 'nan'::DOUBLE)": "shop.vip_value must be finite, got nan",
    "changed(peer_gaps := NULL)": "shop.peer_gaps must have groups",
    "changed(peer_gaps := [{'peer_group': 'DE', 'typical_gap_days': -3.0}])": "shop.peer_gaps must have groups",
    "changed(peer_gaps := [{'peer_group': 'DE', 'typical_gap_days': 3.0} FOR i IN range(2)])": "shop.peer_gaps must have groups",
    "changed(model := NULL)": "shop.model must be the STRUCT of audience.purchase_model, got NULL",
    "changed(model := {'r': -1.0})": "model needs alpha, got NULL",
}


@pytest.mark.parametrize("shop", BAD)
def test_a_shop_that_is_none_is_refused(con: duckdb.DuckDBPyConnection, shop: str) -> None:
    store(con, "orders", 1, "peer_group := country", "")
    given = shop if not shop.startswith("changed(") else f"(SELECT struct_update(shop, {shop[8:-1]}) FROM saved)"
    with pytest.raises(duckdb.InvalidInputException) as error:
        con.execute(f"FROM audience.customers_of('histories', shop := {given})").fetchall()
    assert f"audience: customers_of: {BAD[shop]}" in str(error.value)


def test_histories_that_cannot_be_of_one_shop_are_refused(con: duckdb.DuckDBPyConnection) -> None:
    store(con, "orders", 1, "", "")
    con.execute("CREATE OR REPLACE TEMP TABLE twice AS FROM histories UNION ALL (FROM histories LIMIT 1)")
    with pytest.raises(duckdb.InvalidInputException, match="audience: shop: histories must have one row per customer, got 1501 rows of 1500 customers"):
        con.execute("FROM audience.shop('twice')").fetchall()
    twice = "audience: customers_of: histories must have one row per customer, got 2 rows of 1 customers"
    con.execute("CREATE OR REPLACE TEMP TABLE kept AS FROM audience.shop('histories')")
    con.execute("CREATE OR REPLACE TEMP TABLE one AS (FROM histories LIMIT 1) UNION ALL (FROM histories LIMIT 1)")
    with pytest.raises(duckdb.InvalidInputException, match=twice):
        con.execute("FROM audience.customers_of('one', shop := (SELECT shop FROM kept))").fetchall()
    with pytest.raises(duckdb.InvalidInputException, match=twice.replace("customers_of", "rfm_of")):
        con.execute("FROM audience.rfm_of('one', shop := (SELECT shop FROM kept))").fetchall()
    with pytest.raises(duckdb.InvalidInputException, match="audience: shop: as_of must not be before the latest row of histories"):
        con.execute("FROM audience.shop('histories', as_of := DATE '2025-01-01')").fetchall()
    con.execute("CREATE OR REPLACE TEMP TABLE wrong AS SELECT * REPLACE ('\\xFF'::BLOB AS gaps) FROM histories")
    with pytest.raises(duckdb.InvalidInputException, match="audience: shop: history must have all its purchases"):
        con.execute("FROM audience.shop('wrong')").fetchall()


@pytest.mark.parametrize("group, such_as", [("country", "[A-Z]{2}"), ("(customer_id % 2)::INTEGER", "[01]")])
def test_histories_without_the_peer_groups_of_the_shop_are_refused(con: duckdb.DuckDBPyConnection, group: str, such_as: str) -> None:
    """Without a word everybody would be judged by the gap of the whole shop."""
    store(con, "orders", 1, f"peer_group := {group}", "")
    con.execute("CREATE OR REPLACE TEMP TABLE without AS FROM audience.histories('orders', customer_id, order_date, amount)")
    refused = f"audience: customers_of: histories must have the peer_group that the shop was made with, such as {such_as}, got none"
    with pytest.raises(duckdb.InvalidInputException, match=refused):
        con.execute("FROM audience.customers_of('without', shop := (SELECT shop FROM saved))").fetchall()
    with pytest.raises(duckdb.InvalidInputException, match=refused):
        con.execute("WITH w AS (FROM audience.histories('orders', customer_id, order_date, amount)) FROM audience.customers_of('w', shop := (SELECT shop FROM saved))").fetchall()
    if group == "country":
        # In a part an integer may be a group that is not known; a country cannot be an integer.
        con.execute("CREATE OR REPLACE TEMP TABLE few AS FROM without LIMIT 10")
        with pytest.raises(duckdb.InvalidInputException, match=refused):
            con.execute("FROM audience.customers_of('few', shop := (SELECT shop FROM saved))").fetchall()
    # RFM scores have no groups.
    assert len(con.execute("FROM audience.rfm_of('without', shop := (SELECT shop FROM saved))").fetchall()) == 1500
    # A part may have nobody whose group is known.
    con.execute("CREATE OR REPLACE TEMP TABLE part AS SELECT * REPLACE (NULL AS peer_group) FROM histories LIMIT 10")
    con.execute("CREATE OR REPLACE TEMP TABLE typed AS FROM histories LIMIT 0; INSERT INTO typed FROM part")
    assert len(con.execute("FROM audience.customers_of('typed', shop := (SELECT shop FROM saved))").fetchall()) == 10
