"""What the documentation promises, on populations like those of real shops, and against tests/oracle.py."""

import datetime
import json
from pathlib import Path

import duckdb
import numpy
import pandas
import pytest

import oracle
import support
from populations import AS_OF, SPECIAL, TABLE_FUNCTIONS, differences, make_population

# The demo shop's rhythm as it is, of other people, and 1.6 times as slow.
POPULATIONS = {"demo": (42, 1.0), "other": (7, 1.0), "slow": (42, 1.6)}

STAGES = {
    "quarterly, silent four months": "Slipping Away",
    "yearly, silent nine months": "Active",
    "three a month, then one": "Slipping Away",
    "within thirty days": "Just Ordered",
    "once, 40 days ago": "Active",
    "once, 120 days ago": "Slipping Away",
    "once, 400 days ago": "Lost",
    "monthly, silent three months": "Slipping Away",
    "every 200 days, silent six months": "Active",
    "today": "Just Ordered",
}
# They give everybody a row, in no order.
UNORDERED = {"customer_values", "customers", "lifecycle_stage", "importance_tier", "rfm"}
@pytest.fixture(scope="module")
def shop(extension_path: Path):
    """Read only, because all tests of the module share it."""
    with support.connect() as con:
        make_population(con)
        con.execute(f"CREATE TABLE kept AS FROM audience.customers('shop', customer_id, order_date, amount, as_of := DATE '{AS_OF}')")
        con.execute(f"CREATE TABLE saved AS FROM audience.purchase_model('shop', customer_id, order_date, amount, as_of := DATE '{AS_OF}')")
        yield con


def purchases(con: duckdb.DuckDBPyConnection, table: str = "shop") -> dict[str, tuple[list[int], float]]:
    """The purchase days and the revenue of every customer, in plain SQL."""
    rows = con.execute(f"""
        SELECT customer_id, list_sort(list(DISTINCT order_date - DATE '1970-01-01') FILTER (amount >= 0)), fsum(amount)
        FROM {table} WHERE customer_id IS NOT NULL GROUP BY customer_id HAVING bool_or(amount >= 0)""").fetchall()
    return {customer: (days, revenue) for customer, days, revenue in rows}


def day(date: datetime.date) -> int:
    return (date - datetime.date(1970, 1, 1)).days


def fitted(con: duckdb.DuckDBPyConnection) -> oracle.Model:
    return oracle.Model(*con.execute("SELECT r, alpha, a, b, typical_gap_days, order_value FROM saved").fetchone())


# == The documented examples


@pytest.mark.parametrize("population", POPULATIONS)
def test_the_documented_stages(con, population: str) -> None:
    make_population(con, *POPULATIONS[population])
    rows = con.execute(f"""
        SELECT customer_id, lifecycle_stage FROM audience.lifecycle_stage('shop', customer_id, order_date, as_of := DATE '{AS_OF}')
        WHERE customer_id IN (SELECT unnest(?))""", [list(STAGES)]).fetchall()
    assert dict(rows) == STAGES


def test_the_slow_down_is_seen_before_just_ordered(shop) -> None:
    """The customer ordered 20 days ago, which alone would make them Just Ordered."""
    rows = shop.execute("""
        SELECT silence_days, rule, reason FROM audience.lifecycle_stage('shop', customer_id, order_date)
        WHERE customer_id = 'three a month, then one'""").fetchall()
    assert [row[:2] for row in rows] == [(20, "slowing")]
    assert rows[0][2].startswith("Used to order every 10 days, lately every 37 days counting 20 silent days")


def test_a_customer_who_slows_down_recovers_with_the_next_order(shop) -> None:
    rows = shop.execute(f"""
        WITH orders AS (FROM shop UNION ALL VALUES ('three a month, then one', DATE '{AS_OF}', 30.0))
        SELECT lifecycle_stage FROM audience.lifecycle_stage('orders', customer_id, order_date)
        WHERE customer_id = 'three a month, then one'""").fetchall()
    assert rows == [("Just Ordered",)]


def test_stages_are_in_the_order_of_the_chance_to_return(shop) -> None:
    rows = shop.execute("SELECT lifecycle_stage, avg(return_probability), count(*) FROM kept GROUP BY ALL ORDER BY lifecycle_stage").fetchall()
    assert [row[0] for row in rows] == list(oracle.STAGES)
    assert [row[1] for row in rows] == sorted((row[1] for row in rows), reverse=True)
    assert all(row[2] >= 50 for row in rows), "a plausible shop has customers in every stage"


# == Everything against the oracle


def test_every_number_of_every_customer(shop) -> None:
    model, as_of = fitted(shop), day(AS_OF)
    known = purchases(shop)
    values = {customer: oracle.customer_value(model, days, revenue, as_of) for customer, (days, revenue) in known.items()}
    repeaters = {customer for customer, (days, _) in known.items() if len(days) > 1}
    vip = oracle.vip_value(values, repeaters)
    # By MBG/NBD alone: a model without what is learned, which tests/peers/test_learned.py holds against another implementation.
    alone = "(SELECT {'r': r, 'alpha': alpha, 'a': a, 'b': b, 'typical_gap_days': typical_gap_days, 'order_value': order_value} FROM saved)"
    rows = shop.execute(f"""
        SELECT * REPLACE (next_order_date - DATE '1970-01-01' AS next_order_date)
        FROM audience.customers('shop', customer_id, order_date, amount, as_of := DATE '{AS_OF}', model := {alone})""").df()
    assert sorted(rows.customer_id) == sorted(known), "every customer with a purchase, exactly once"
    assert model.typical_gap_days == pytest.approx(oracle.typical_gap([days for days, _ in known.values()]), rel=1e-12)
    ranks = pandas.Series(values).rank(method="min", ascending=False).astype(int)
    for row in rows.itertuples():
        days, revenue = known[row.customer_id]
        x, t, u = oracle.numbers(days, as_of)
        expected = {
            "lifecycle_stage": oracle.stage(model, days, as_of),
            "importance_tier": oracle.tier(model, days, values[row.customer_id], vip),
            "purchases": len(days),
            "silence_days": u,
            "value_rank": ranks[row.customer_id],
            "next_order_date": as_of + max(1, int(numpy.ceil(model.next_order_days(x, t, u)))),
        }
        assert {name: getattr(row, name) for name in expected} == expected, row
        close = {
            "revenue": revenue,
            "average_purchase_value": revenue / len(days),
            "usual_gap_days": oracle.usual_gap(days, model.typical_gap_days),
            "alive_probability": model.alive(x, t, u),
            "return_probability": model.returns(x, t, u, 180),
            "expected_purchases": model.expected(x, t, u, 365),
            "expected_revenue": model.expected(x, t, u, 365) * oracle.order_value(model, len(days), revenue),
            "customer_value": values[row.customer_id],
        }
        assert {name: getattr(row, name) for name in close} == pytest.approx(close, rel=1e-6, abs=1e-9), row


def test_the_first_day_on_which_anybody_is_lost(shop) -> None:
    model = fitted(shop)
    expected = min(oracle.lost_day(model, days) for days, _ in purchases(shop).values())
    assert day(shop.execute("SELECT first_lost_date FROM audience.purchase_model('shop', customer_id, order_date, amount)").fetchone()[0]) == expected


def test_lost_after_a_number_of_usual_gaps_is_the_same_everywhere(shop) -> None:
    model, as_of = fitted(shop), day(AS_OF)
    expected = {customer: oracle.stage(model, days, as_of, lost_after_gaps=2.5) for customer, (days, _) in purchases(shop).items()}
    counts = pandas.Series(expected).value_counts().to_dict()
    assert counts != pandas.Series({customer: oracle.stage(model, days, as_of) for customer, (days, _) in purchases(shop).items()}).value_counts().to_dict()
    call = "'shop', customer_id, order_date{}, lost_after_gaps := 2.5"
    for function, amount in [("customers", ", amount"), ("lifecycle_stage", ", amount := amount")]:
        assert dict(shop.execute(f"SELECT customer_id, lifecycle_stage FROM audience.{function}({call.format(amount)})").fetchall()) == expected
    period = f", DATE '2025-06-30', DATE '{AS_OF}', amount := amount"
    for query in [
        f"SELECT lifecycle_stage, customers FROM audience.lifecycle_history({call.format(', amount')}) WHERE period_end = DATE '{AS_OF}'",
        f"SELECT to_stage, sum(customers)::INTEGER FROM audience.lifecycle_transitions({call.format(period)}) GROUP BY to_stage",
    ]:
        assert dict(shop.execute(query).fetchall()) == counts, query
    changed = shop.execute(f"SELECT customer_id, to_stage FROM audience.lifecycle_changes({call.format(period)})").fetchall()
    assert changed and all(expected[customer] == stage for customer, stage in changed)
    found = shop.execute(f"SELECT value FROM audience.explain_customer({call.format(', amount')}, customer := 'once, 120 days ago') WHERE topic = 'stage'").fetchone()
    assert found == (expected["once, 120 days ago"],)


def test_the_next_stage_is_what_waiting_shows(shop) -> None:
    """The oracle waits day by day."""
    model, as_of = fitted(shop), day(AS_OF)
    known = purchases(shop)
    rows = shop.execute("""
        SELECT customer_id, next_stage, (next_stage_date - DATE '1970-01-01')::INTEGER FROM kept
        WHERE customer_id IN (SELECT unnest(?)) OR hash(customer_id) % 40 = 0""", [list(SPECIAL)]).fetchall()
    assert len(rows) > 50
    for customer, stage, date in rows:
        expected = oracle.next_stage(model, known[customer][0], as_of)
        assert (date, stage) == (expected or (None, None)), customer


def test_the_stage_changes_on_the_very_day(shop) -> None:
    """With one model and no orders, walking as_of forward, every stage of every special customer begins as announced."""
    walked: dict[str, list[tuple]] = {name: [] for name in SPECIAL}
    rows = shop.execute(f"""
        WITH special AS (SELECT customer_id, audience.purchase_history(order_date) AS history FROM shop WHERE customer_id IN (SELECT unnest(?)) GROUP BY customer_id)
        SELECT customer_id, (DATE '{AS_OF}' + ahead::INTEGER) AS date, lifecycle_stage(history, (SELECT model FROM saved), (DATE '{AS_OF}' + ahead::INTEGER)) AS stage
        FROM special, range(2000) days(ahead) ORDER BY customer_id, date""", [list(SPECIAL)]).fetchall()
    for customer, date, stage in rows:
        walked[customer].append((date, stage))
    for customer, days in walked.items():
        ranks = [oracle.STAGES.index(stage) for _, stage in days]
        assert ranks == sorted(ranks), f"{customer} moves back without an order"
    # What is announced on the first day of each stage, and on the day before its end, is the first day of the next.
    checked = 0
    for customer, days in walked.items():
        changes = [index for index in range(1, len(days)) if days[index][1] != days[index - 1][1]]
        for begin, end in zip([0, *changes], changes):
            for index in (begin, end - 1):
                announced = shop.execute(f"""
                    SELECT lifecycle_stage, next_stage, next_stage_date
                    FROM audience.lifecycle_stage('shop', customer_id, order_date, as_of := DATE '{days[index][0]}', filter := customer_id = $customer, model := (SELECT model FROM saved))""",
                    {"customer": customer}).fetchone()
                assert announced == (days[index][1], days[end][1], days[end][0]), (customer, days[index])
                checked += 1
    assert checked > 20


# == The functions agree


@pytest.mark.parametrize("options", ["", f", as_of := DATE '{AS_OF - datetime.timedelta(200)}'", ", filter := amount < 80"])
def test_the_functions_agree(shop, options: str) -> None:
    common = {
        "audience.lifecycle_stage('shop', customer_id, order_date, amount := amount{})": "customer_id, lifecycle_stage, purchases, first_order_date, last_order_date, silence_days, "
        "usual_gap_days, alive_probability, return_probability, next_order_date, next_stage, next_stage_date, reason",
        "audience.importance_tier('shop', customer_id, order_date, amount{})": "customer_id, importance_tier, purchases, revenue, expected_purchases, expected_revenue, customer_value, value_rank",
        "audience.rfm('shop', customer_id, order_date, amount{})": "customer_id, silence_days AS recency_days, purchases AS frequency, revenue AS monetary",
    }
    for call, columns in common.items():
        names = ", ".join(column.split(" AS ")[-1] for column in columns.split(", "))
        other = f"(SELECT {names} FROM {call.format(options)})"
        assert differences(shop, f"(SELECT {columns} FROM audience.customers('shop', customer_id, order_date, amount{options}))", other) == 0, call


def test_refund_days_are_no_purchases_in_any_function(shop) -> None:
    """There are refunds in the shop, and without the amount they count, which is why the option exists."""
    call = "(SELECT customer_id, purchases FROM audience.lifecycle_stage('shop', customer_id, order_date{}))"
    assert differences(shop, call.format(", amount := amount"), "(SELECT customer_id, purchases FROM kept)") == 0
    assert differences(shop, call.format(""), "(SELECT customer_id, purchases FROM kept)") > 0


def test_the_scalars_agree_with_the_table_functions(shop) -> None:
    rows = shop.execute(f"""
        WITH histories AS (SELECT customer_id, audience.purchase_history(order_date, amount) AS h FROM shop GROUP BY customer_id)
        SELECT count(*) FROM histories CROSS JOIN (SELECT model AS m, DATE '{AS_OF}' AS d FROM saved) JOIN kept USING (customer_id)
        WHERE lifecycle_stage(h, m, d) = kept.lifecycle_stage AND alive_probability(h, m, d) = kept.alive_probability AND return_probability(h, m, d, 180) = kept.return_probability
          AND expected_purchases(h, m, d, 365) = kept.expected_purchases AND next_order_date(h, m, d) = kept.next_order_date AND usual_gap_days(h, m, d) = kept.usual_gap_days
          AND order_value(h, m, d) * kept.expected_purchases = kept.expected_revenue AND lifecycle_reason(h, m, d) = kept.reason""").fetchone()
    assert rows == shop.execute("SELECT count(*) FROM kept").fetchone()


def test_vips_hold_a_fifth_in_the_smallest_set(shop) -> None:
    tiers = shop.execute("SELECT importance_tier, customer_value, purchases FROM kept ORDER BY customer_value DESC").df()
    median = tiers[tiers.purchases > 1].customer_value.median()
    tiers["counted"] = tiers.customer_value.clip(upper=20 * median)
    vips = tiers[tiers.importance_tier == "VIP"]
    rest = tiers[(tiers.importance_tier != "VIP") & (tiers.purchases > 1)]
    fifth = 0.2 * tiers.counted.sum()
    assert vips.counted.sum() >= fifth and len(vips) >= 0.01 * len(tiers)
    assert vips.customer_value.min() > max(median, rest.customer_value.max())
    assert vips.counted.sum() - vips.counted.min() < fifth or len(vips) - 1 < 0.01 * len(tiers)


def test_one_account_does_not_set_the_value_of_all(con) -> None:
    con.execute("""
        CREATE TABLE b2b AS
        SELECT i % 500 AS id, DATE '2023-01-01' + ((i * 37) % 700)::INTEGER AS day, 20.0 + (i % 7) AS amount FROM range(2500) r(i)
        UNION ALL SELECT 20000 + i, DATE '2024-11-01', 20.0 FROM range(300) r(i)
        UNION ALL SELECT 9999, DATE '2023-01-01' + (k * 3)::INTEGER, 50000.0 FROM range(230) r(k)""")
    for condition, vips in [("id <> 9999", 117), ("true", 101)]:
        rows = con.execute(f"""
            SELECT customer_id, purchases, revenue, expected_revenue / expected_purchases AS order_value, importance_tier
            FROM audience.customers('b2b', id, day, amount, filter := {condition})""").df()
        own = rows.revenue / rows.purchases
        ordinary = rows[rows.customer_id != 9999]
        # Drawn to 22.6, the median of the customers' means; the mean of all purchases is 4,111.
        assert ordinary.order_value.to_numpy() == pytest.approx(((ordinary.revenue + own.median()) / (ordinary.purchases + 1)).to_numpy())
        assert set(ordinary[ordinary.purchases == 1].order_value.round(9)) == {21.3}
        assert (rows.importance_tier == "VIP").sum() == vips


@pytest.mark.parametrize("slip", ["once", "repeat"])
def test_one_mistyped_amount_moves_nobody_else(con, slip: str) -> None:
    """A customer more, or less, above the median and in the tier is all that a single amount can change."""
    make_population(con)
    condition = "= 1" if slip == "once" else "> 1"
    con.execute(f"""
        CREATE TABLE mistyped AS
        WITH chosen AS (SELECT customer_id FROM shop GROUP BY ALL HAVING count(DISTINCT order_date) {condition} ORDER BY customer_id LIMIT 1)
        SELECT customer_id, order_date, CASE WHEN customer_id IN (FROM chosen) THEN 1e6 ELSE amount END AS amount FROM shop""")
    before, after = (con.execute(f"""
        SELECT order_value, (SELECT count(*) FROM audience.importance_tier('{table}', customer_id, order_date, amount) WHERE importance_tier = 'VIP') AS vips
        FROM audience.purchase_model('{table}', customer_id, order_date, amount)""").df().iloc[0] for table in ("shop", "mistyped"))
    assert after.order_value == pytest.approx(before.order_value, rel=0.002)
    assert after.vips == pytest.approx(before.vips, abs=4) and before.vips > 50


def test_the_tiers_partition(shop) -> None:
    rows = dict(shop.execute("SELECT importance_tier, count(*) FROM kept GROUP BY importance_tier").fetchall())
    assert set(rows) == set(oracle.TIERS) and sum(rows.values()) == len(purchases(shop))
    wrong = "SELECT count(*) FROM kept WHERE (importance_tier = 'One-Time Buyer') <> (purchases = 1)"
    assert shop.execute(wrong).fetchone() == (0,)


def test_identical_customers_have_no_vips(con) -> None:
    con.execute("CREATE TABLE same AS SELECT c AS customer_id, DATE '2024-01-01' + (30 * k)::INTEGER AS order_date, 10 AS amount FROM range(2000) c(c), range(5) k(k)")
    rows = con.execute("SELECT importance_tier, count(*), count(DISTINCT customer_value) FROM audience.customers('same', customer_id, order_date, amount) GROUP BY ALL").fetchall()
    assert rows == [("Frequent Buyer", 2000, 1)]


@pytest.mark.parametrize("bins", [2, 4, 5, 10])
def test_rfm_scores(shop, bins: int) -> None:
    scored = shop.execute(f"FROM audience.rfm('shop', customer_id, order_date, amount, bins := {bins})").df()
    for values, score in ((-scored.recency_days, scored.r), (scored.frequency, scored.f), (scored.monetary, scored.m)):
        assert list(score) == oracle.scores(list(values), bins)
    assert (scored.r.astype(str) + scored.f.astype(str) + scored.m.astype(str) == scored.rfm_score.str.replace("-", "")).all()
    assert scored.segment.notna().all() == (bins == 5)


# == Nothing but the data decides


@pytest.fixture(scope="module")
def large(extension_path: Path):
    """Enough rows that DuckDB splits them over threads; and the same rows shuffled."""
    with support.connect() as con:
        con.execute("CREATE TABLE orders AS SELECT customer_id, order_date, amount FROM audience.demo_orders(customers := 55000)")
        con.execute("CREATE TABLE shuffled AS FROM orders ORDER BY hash(rowid)")
        assert con.execute("SELECT count(*) FROM orders").fetchone()[0] > 2 * 122_880
        yield con


def exists(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    return con.execute("SELECT count(*) FROM duckdb_functions() WHERE database_name = 'audience' AND function_name = ?", [name]).fetchone() != (0,)


@pytest.mark.once
@pytest.mark.parametrize("name", TABLE_FUNCTIONS)
def test_threads_and_the_order_of_rows_do_not_matter(large, name: str) -> None:
    """Bit for bit, in all columns, and in the order of the rows where there is one."""
    if not exists(large, name):
        pytest.skip(f"no function {name} yet")
    call = TABLE_FUNCTIONS[name]
    position = "NULL" if name in UNORDERED else "row_number() OVER ()"
    large.execute("SET threads = 1")
    large.execute(f"CREATE OR REPLACE TABLE expected AS SELECT {position} AS position, * FROM {call.format('orders')}")
    for threads in (1, 2, 8):
        large.execute(f"SET threads = {threads}")
        for table in ("orders", "shuffled") if threads > 1 else ("shuffled",):
            large.execute(f"CREATE OR REPLACE TABLE found AS SELECT {position} AS position, * FROM {call.format(table)}")
            assert differences(large, "expected", "found") == 0, f"{threads} threads, {table}"


def test_a_sliding_window_gives_what_its_rows_give(shop) -> None:
    """DuckDB combines the same partial states again and again here."""
    raw = "__audience_purchase_history('customers', order_date, amount)"
    for frame in ("ROWS BETWEEN 3 PRECEDING AND CURRENT ROW", "ROWS BETWEEN 200 PRECEDING AND 100 FOLLOWING", "RANGE BETWEEN INTERVAL 60 DAY PRECEDING AND CURRENT ROW"):
        shop.execute(f"""
            CREATE OR REPLACE TEMP TABLE windows AS
            SELECT row_number() OVER () AS i, {raw} OVER w AS summary, list({{'day': order_date, 'amount': amount}}) OVER w AS rows
            FROM (FROM shop ORDER BY order_date, amount LIMIT 2000) WINDOW w AS (ORDER BY order_date {frame})""")
        wrong = shop.execute("""
            SELECT count(*) FROM windows JOIN (
                SELECT i, __audience_purchase_history('customers', pair.day, pair.amount) AS expected FROM (SELECT i, unnest(rows) AS pair FROM windows) GROUP BY i
            ) USING (i) WHERE summary IS DISTINCT FROM expected""").fetchone()
        assert wrong == (0,), frame


def test_past_days_are_seen_as_they_were(shop) -> None:
    """No row after as_of is looked at, neither for the labels nor for the model."""
    then = AS_OF - datetime.timedelta(300)
    shop.execute(f"CREATE OR REPLACE TEMP TABLE before AS FROM shop WHERE order_date <= DATE '{then}'")
    for name in ("customers", "lifecycle_stage", "importance_tier", "purchase_model", "rfm"):
        call = TABLE_FUNCTIONS[name].replace(")", f", as_of := DATE '{then}')")
        assert differences(shop, call.format("shop"), call.format("before")) == 0, name


# == Options


def test_a_saved_model_reproduces_the_original(shop, tmp_path: Path) -> None:
    """From a table, and through JSON in a file."""
    path = tmp_path / "model.json"
    shop.execute(f"COPY (SELECT model FROM saved) TO '{path}' (FORMAT json)")
    assert set(json.loads(path.read_text())["model"]) == {"r", "alpha", "a", "b", "typical_gap_days", "order_value", "seasonal_index", "learned", "as_of"}
    kind = shop.execute("SELECT typeof(model) FROM saved").fetchone()[0]
    models = ["(SELECT model FROM saved)", f"(SELECT model::{kind} FROM read_json('{path}'))", f"(SELECT to_json(model)::{kind} FROM saved)"]
    for model in models:
        scored = f"audience.customers('shop', customer_id, order_date, amount, as_of := DATE '{AS_OF}', model := {model})"
        assert differences(shop, "kept", scored) == 0, model


def test_a_model_in_use_does_not_look_at_the_shop(shop) -> None:
    """One customer scored alone with the shop's model is what they are among all."""
    columns = "customer_id, lifecycle_stage, usual_gap_days, alive_probability, customer_value, next_stage_date, reason"
    one = f"(SELECT {columns} FROM audience.customers('shop', customer_id, order_date, amount, as_of := DATE '{AS_OF}', filter := customer_id = '17', model := (SELECT model FROM saved)))"
    assert differences(shop, one, f"(SELECT {columns} FROM kept WHERE customer_id = '17')") == 0


def test_a_peer_group_moves_only_its_members(con) -> None:
    """A group of 40 who buy every half year, in a shop that buys far more often."""
    make_population(con)
    con.execute("ALTER TABLE shop ADD COLUMN club VARCHAR")
    con.execute(f"INSERT INTO shop SELECT 'slow ' || c, DATE '{AS_OF}' - (20 + c + 180 * k)::INTEGER, 30, 'slow' FROM range(40) c(c), range(4) k(k)")
    con.execute(f"INSERT INTO shop VALUES ('slow, once', DATE '{AS_OF}' - 120, 30, 'slow'), ('plain, once', DATE '{AS_OF}' - 120, 30, NULL)")
    call = f"audience.customers('shop', customer_id, order_date, amount, as_of := DATE '{AS_OF}'{{}})"
    con.execute(f"CREATE TABLE alone AS FROM {call.format('')}")
    con.execute(f"CREATE TABLE grouped AS FROM {call.format(', peer_group := club')}")
    stage = "SELECT lifecycle_stage FROM {} WHERE customer_id = '{}'"
    assert con.execute(stage.format("alone", "slow, once")).fetchone() == ("Slipping Away",)
    assert con.execute(stage.format("grouped", "slow, once")).fetchone() == ("Active",)
    for table in ("alone", "grouped"):
        assert con.execute(stage.format(table, "plain, once")).fetchone() == ("Slipping Away",)
    others = "(FROM {} WHERE customer_id NOT LIKE 'slow%')"
    assert differences(con, others.format("alone"), others.format("grouped")) == 0
    assert con.execute("SELECT usual_gap_days FROM grouped WHERE customer_id = 'slow, once'").fetchone() == (180,)


def test_a_stage_at_every_order(shop) -> None:
    """What an analyst writes to see how customers were when they ordered."""
    rows = shop.execute("""
        SELECT customer_id, order_date, lifecycle_stage(list(order_date) OVER past, model, order_date) AS at_the_order,
               lifecycle_stage(list(order_date) OVER earlier, model, order_date) AS before_it
        FROM (SELECT DISTINCT customer_id, order_date FROM shop WHERE amount >= 0 AND customer_id IS NOT NULL), (SELECT model FROM saved)
        WINDOW past AS (PARTITION BY customer_id ORDER BY order_date), earlier AS (PARTITION BY customer_id ORDER BY order_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ORDER BY customer_id, order_date""").fetchall()
    model = fitted(shop)
    known: dict[str, list[int]] = {}
    for customer, date, now, before in rows:
        days = known.setdefault(customer, [])
        assert before == (oracle.stage(model, days, day(date)) if days else None)
        days.append(day(date))
        assert now == "Just Ordered"


def test_the_truth_is_predicted(large) -> None:
    """Of the customers called alive with 70 %, about 70 % are, in every stage and in every tenth of the customers."""
    large.execute("CREATE OR REPLACE TEMP TABLE demo AS FROM audience.demo_orders(customers := 20000) WHERE status = 'completed'")
    judged = large.execute("""
        SELECT lifecycle_stage, alive_probability, is_alive::INTEGER AS is_alive
        FROM audience.lifecycle_stage('demo', customer_id, order_date, as_of := DATE '2025-12-31')
        JOIN (SELECT DISTINCT customer_id, is_alive FROM demo) USING (customer_id)""").df()
    stages = judged.groupby("lifecycle_stage", observed=True).mean()
    assert (stages.alive_probability - stages.is_alive).abs().max() < 0.03, stages
    tenths = judged[["alive_probability", "is_alive"]].groupby(pandas.qcut(judged.alive_probability, 10)).mean()
    assert (tenths.alive_probability - tenths.is_alive).abs().max() < 0.03, tenths
