"""What is measured, and what it is held against."""

from dataclasses import dataclass
from pathlib import Path

# One pass over the same rows and one group per customer: the least any segmentation has to do.
FLOOR = """
    SELECT customer_id, count(*) AS orders, min(order_date) AS first, max(order_date) AS last, sum(amount) AS revenue
    FROM orders
    GROUP BY 1"""


@dataclass(frozen=True)
class Candidate:
    name: str
    query: str
    # The most it may take, in floors.
    time_target: float | None = None
    memory_target: float | None = None


CANDIDATES = [
    Candidate("audience.lifecycle_stage", "FROM audience.lifecycle_stage('orders', customer_id, order_date)", 1.8, 2.2),
    Candidate("audience.importance_tier", "FROM audience.importance_tier('orders', customer_id, order_date, amount)", 2.4, 2.2),
    Candidate("audience.customers", "FROM audience.customers('orders', customer_id, order_date, amount)", 2.5, 2.2),
    Candidate("audience.rfm", "FROM audience.rfm('orders', customer_id, order_date, amount)"),
    Candidate("audience.histories", "FROM audience.histories('orders', customer_id, order_date, amount)"),
    Candidate("audience.purchase_model", "FROM audience.purchase_model('orders', customer_id, order_date, amount)"),
    # What DuckDB itself takes for the days of every customer, which every stage needs.
    Candidate("SQL: list(order_date)", "SELECT customer_id, list(order_date), sum(amount) FROM orders GROUP BY 1"),
    Candidate("SQL: GROUP BY customer and day", "SELECT customer_id, order_date, sum(amount) FROM orders GROUP BY 1, 2"),
    Candidate("hand-written window SQL", (Path(__file__).parent / "window_functions.sql").read_text()),
]
CUSTOMERS = CANDIDATES[2]

ORDERS = "'orders', customer_id, order_date"
PERIOD = "DATE '2024-01-01', DATE '2024-12-31'"
# Functions over time, and the rules that fire on silences.
ANALYTICS = [
    Candidate("audience.backtest", f"FROM audience.backtest({ORDERS}, amount, DATE '2024-06-30')", 6),
    Candidate("audience.backtest_summary", f"FROM audience.backtest_summary({ORDERS}, amount, DATE '2024-06-30')", 6),
    Candidate("audience.order_gaps", f"FROM audience.order_gaps({ORDERS})", 6),
    Candidate("audience.lapse_threshold", f"FROM audience.lapse_threshold({ORDERS})", 6),
    Candidate("audience.lifecycle_transitions", f"FROM audience.lifecycle_transitions({ORDERS}, {PERIOD})", 6),
    Candidate("audience.lifecycle_changes", f"FROM audience.lifecycle_changes({ORDERS}, {PERIOD})", 6),
    Candidate("audience.cohorts", f"FROM audience.cohorts({ORDERS}, amount)", 6),
    Candidate("audience.rf_segment", f"FROM audience.rf_segment({ORDERS})"),
    Candidate("audience.trigger_due", f"FROM audience.trigger_due({ORDERS})"),
    Candidate("audience.trigger_simulation", f"FROM audience.trigger_simulation({ORDERS}, amount, {PERIOD})", 10),
]
# Three years by month; held against one lifecycle_stage instead of the floor.
HISTORY = Candidate("audience.lifecycle_history", f"FROM audience.lifecycle_history({ORDERS}, amount)", 2.5)
