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
    Candidate("audience.lifecycle_stage", "FROM audience.lifecycle_stage('orders', customer_id, order_date)", 2, 2),
    Candidate("audience.importance_tier", "FROM audience.importance_tier('orders', customer_id, order_date, amount)", 2.5, 2),
    Candidate("audience.customers", "FROM audience.customers('orders', customer_id, order_date, amount)", 3, 2),
    Candidate("audience.rfm", "FROM audience.rfm('orders', customer_id, order_date, amount)"),
    Candidate("audience.purchase_model", "FROM audience.purchase_model('orders', customer_id, order_date, amount)"),
    Candidate("hand-written window SQL", (Path(__file__).parent / "window_functions.sql").read_text()),
]
CUSTOMERS = CANDIDATES[2]
