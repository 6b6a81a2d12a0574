"""Populations like those of real shops, and the calls that are made on them."""

import datetime

import duckdb

AS_OF = datetime.date(2025, 12, 31)

# Customers with a story: the days before AS_OF on which they bought.
SPECIAL = {
    "quarterly, silent four months": [120 + 91 * k for k in range(6)],
    "yearly, silent nine months": [270 + 365 * k for k in range(4)],
    "three a month, then one": [20 + d for d in (0, 30, 60, *range(90, 280, 10))],
    "within thirty days": [30, 90, 150],
    "once, 40 days ago": [40],
    "once, 120 days ago": [120],
    "once, 400 days ago": [400],
    "monthly, silent three months": [92 + 30 * k for k in range(8)],
    "every 200 days, silent six months": [182 + 200 * k for k in range(5)],
    "today": [0],
}
TABLE_FUNCTIONS = {
    "customers": "audience.customers('{}', customer_id, order_date, amount)",
    "lifecycle_stage": "audience.lifecycle_stage('{}', customer_id, order_date, amount := amount)",
    "importance_tier": "audience.importance_tier('{}', customer_id, order_date, amount)",
    "customer_values": "audience.customer_values('{}', customer_id, order_date, amount)",
    "purchase_model": "audience.purchase_model('{}', customer_id, order_date, amount)",
    "rfm": "audience.rfm('{}', customer_id, order_date, amount)",
    "lifecycle_history": "audience.lifecycle_history('{}', customer_id, order_date, amount)",
    "overview": "audience.overview('{}', customer_id, order_date, amount)",
    "value_risk": "audience.value_risk('{}', customer_id, order_date, amount)",
    "won_back": "audience.won_back('{}', customer_id, order_date, amount)",
    "lifecycle_transitions": "audience.lifecycle_transitions('{}', customer_id, order_date, DATE '2025-06-30', DATE '2025-12-31')",
    "lifecycle_changes": "audience.lifecycle_changes('{}', customer_id, order_date, DATE '2025-06-30', DATE '2025-12-31')",
    "order_gaps": "audience.order_gaps('{}', customer_id, order_date)",
    "lapse_threshold": "audience.lapse_threshold('{}', customer_id, order_date)",
    "cohorts": "audience.cohorts('{}', customer_id, order_date, amount)",
    "cohort_forecast": "audience.cohort_forecast('{}', customer_id, order_date, amount)",
    "cohort_payback": "audience.cohort_payback('{}', customer_id, order_date, amount, 90)",
    "backtest": "audience.backtest('{}', customer_id, order_date, amount, DATE '2025-06-30')",
    "backtest_summary": "audience.backtest_summary('{}', customer_id, order_date, amount, DATE '2025-06-30')",
}


def make_population(con: duckdb.DuckDBPyConnection, seed: int = 42, slowness: float = 1.0, customers: int = 3000) -> None:
    """The demo shop, customers named by number, and the special customers beside them, in the table `shop`."""
    con.execute(f"""
        CREATE TABLE shop AS
        SELECT customer_id::VARCHAR AS customer_id, DATE '{AS_OF}' - ((DATE '{AS_OF}' - order_date) * {slowness})::INTEGER AS order_date, amount
        FROM audience.demo_orders(customers := {customers}, seed := {seed}) WHERE status <> 'cancelled'""")
    rows = [(name, AS_OF - datetime.timedelta(ago), 30.0) for name, days in SPECIAL.items() for ago in days]
    con.executemany("INSERT INTO shop VALUES (?, ?, ?)", rows)


def differences(con: duckdb.DuckDBPyConnection, left: str, right: str) -> int:
    """How many rows are in one relation and not in the other."""
    return con.execute(f"SELECT count(*) FROM ((FROM {left} EXCEPT ALL FROM {right}) UNION ALL (FROM {right} EXCEPT ALL FROM {left}))").fetchone()[0]
