"""Customers, lifecycle stages, RFM and purchase intent of a Spark DataFrame: DuckDB works in Spark's Python workers, one part
of the customers after the other. The rows are those of the SQL functions, bit for bit.

    >>> from audience.spark import customers
    >>> customers(spark.table("orders"), "customer_id", "order_date", "amount").write.saveAsTable("customers")
"""

from __future__ import annotations

from datetime import date
from itertools import accumulate

from audience._parts import _arguments
from audience._report import _text
from audience._spark import PACKED, VALUED, Column, DataFrame, F, _by, _chosen, _Driver, _duckdb, _persisted, _ranges, _reader, _split, pa
from audience._spark_intent import interested_in, interests

__all__ = ["customers", "interested_in", "interests", "lifecycle_stage", "rfm"]

# Of how many histories the ranges are made.
SAMPLE = 100_000

# The histories with the value of each customer with a purchase.
WORTH = """
WITH histories AS MATERIALIZED (FROM part)
FROM audience.internal.__valued_histories('customers', 'histories', (SELECT shop FROM given_shop))
"""
# What is above each range is known, and all customers of a range are in one part. They are ranked by themselves, because a window
# sorts and stores all columns that it is given.
RANKED = """
WITH histories AS MATERIALIZED (FROM part),
worth AS (SELECT customer_id, customer_value FROM histories WHERE customer_value IS NOT NULL),
ranks AS (
    SELECT customer_id, above + rank() OVER (PARTITION BY upper ORDER BY customer_value DESC) AS place
    FROM worth ASOF JOIN bounds ON customer_value <= upper
)
SELECT scored.* REPLACE (place AS value_rank) FROM {scored} AS scored LEFT JOIN ranks USING (customer_id)
"""


def customers(
    df: DataFrame,
    customer_id: str | Column = "customer_id",
    order_date: str | Column = "order_date",
    amount: str | Column = "amount",
    *,
    as_of: date | str | None = None,
    filter: str | Column | None = None,
    peer_group: str | Column | None = None,
    horizon_days: int | None = None,
    season: bool | None = None,
    just_ordered_days: int | None = None,
    lost_after_gaps: float | None = None,
    value_days: int | None = None,
    discount_rate: float | None = None,
    value: str | Column | None = None,
    partitions: int | None = None,
    memory_limit: str = "1GB",
) -> DataFrame:
    """The rows of the SQL function `audience.customers`. Labels are text.

    The call reads the orders once, persists the histories of the customers and fits the shop on the driver. The rows are
    computed when they are asked for.

    Arguments:
        df: the orders, in Spark or Spark Connect.
        customer_id: a column, or an expression in Spark's SQL, as are order_date, amount, filter, peer_group and value.
            The day of a timestamp is that of Spark's session time zone.
        as_of: and the others as in SQL; what is not given has the default that it has there.
        partitions: in how many parts the customers are; Spark decides where it is not given. A part needs about half a
            kilobyte of memory a customer.
        memory_limit: of DuckDB in each Python worker. What does not fit goes to Spark's local directory.

    Returns:
        A DataFrame with the columns of `audience.customers`, in no order. It has two attributes more, which what is made
        of it does not have: `shop`, the thresholds as a dict, see `audience.shop`; and `histories`, the DataFrame that is
        persisted, which `histories.unpersist()` frees when the rows have been written.

    Raises:
        TypeError: a column has a type that it cannot have.
        duckdb.Error: what the SQL functions say of an option.
        pyspark.errors.PySparkException: what Spark says, and what the SQL functions say of a row in a worker.
    """
    chosen = {"customer_id": customer_id, "order_date": order_date, "amount": amount, "peer_group": peer_group, "value": value}
    orders = _orders(df, chosen, filter)
    fit = {"horizon_days": horizon_days, "season": season, "value_days": value_days, "discount_rate": discount_rate}
    stages = {"just_ordered_days": just_ordered_days, "lost_after_gaps": lost_after_gaps, "labels": "'text'"}

    def scored(histories: str) -> str:
        return f"audience.customers_of('{histories}', shop := (SELECT shop FROM given_shop){_arguments(stages)})"

    with _Shop(orders, as_of, fit) as driver:
        columns = driver.schema(f"FROM {scored('stored')}")
        histories = _persisted(driver.histories(_split(orders, partitions, memory_limit), memory_limit))
        try:
            shop = driver.shop(histories)
            bounds = driver.bounds("customer_value", scored(driver.sampled()), _ranges(df, partitions))
            uppers = bounds["upper"].to_pylist()
            valued = _persisted(_duckdb(histories, WORTH, PACKED, memory_limit, VALUED, uppers, given_shop=shop))
            counted = valued.groupBy("value_range").agg(F.sum("customers").alias("customers")).collect()
            counts = {row["value_range"]: row["customers"] for row in counted}
        finally:
            # All of it has been read by now. Where a worker is lost, it is made again of the orders.
            histories.unpersist()
    downwards = [counts.get(number, 0) for number in reversed(range(len(bounds)))]
    bounds = bounds.append_column("above", pa.array([0, *accumulate(downwards)][-2::-1], pa.int64()))
    out = _duckdb(_by(valued, "value_range", partitions), RANKED.format(scored=scored("histories")), columns, memory_limit,
                  given_shop=shop, bounds=bounds)  # fmt: skip
    return _with(out, shop, valued)


def lifecycle_stage(
    df: DataFrame,
    customer_id: str | Column = "customer_id",
    order_date: str | Column = "order_date",
    amount: str | Column | None = None,
    *,
    as_of: date | str | None = None,
    filter: str | Column | None = None,
    horizon_days: int | None = None,
    season: bool | None = None,
    just_ordered_days: int | None = None,
    lost_after_gaps: float | None = None,
    partitions: int | None = None,
    memory_limit: str = "1GB",
) -> DataFrame:
    """The rows of the SQL function `audience.lifecycle_stage`, as `customers` gives those of `audience.customers`.

    There is no peer_group, because a part of the customers does not know the gaps of the groups; `customers` has it. What
    is persisted as `histories` are the orders here.
    """
    orders = _orders(df, {"customer_id": customer_id, "order_date": order_date, "amount": amount}, filter)
    fit = {"horizon_days": horizon_days, "season": season}
    # A shop without an order has no day, but a model needs one.
    known = "as_of := (SELECT coalesce(shop.as_of, current_date) FROM given_shop), model := (SELECT shop.model FROM given_shop)"
    stages = _arguments(fit | {"just_ordered_days": just_ordered_days, "lost_after_gaps": lost_after_gaps, "labels": "'text'"})

    def staged(rows: str) -> str:
        return f"FROM audience.lifecycle_stage('{rows}', customer_id, order_date, amount := amount, {known}{stages})"

    with _Shop(orders, as_of, fit) as driver:
        columns = driver.schema(staged("orders"))
        parts = _persisted(_split(orders, partitions, memory_limit))
        try:
            shop = driver.shop(driver.histories(parts, memory_limit))
        except BaseException:
            parts.unpersist()
            raise
    return _with(_duckdb(parts, staged("part"), columns, memory_limit, given_shop=shop), shop, parts)


def rfm(
    df: DataFrame,
    customer_id: str | Column = "customer_id",
    order_date: str | Column = "order_date",
    amount: str | Column = "amount",
    *,
    as_of: date | str | None = None,
    filter: str | Column | None = None,
    bins: int | None = None,
    partitions: int | None = None,
    memory_limit: str = "1GB",
) -> DataFrame:
    """The rows of the SQL function `audience.rfm`, as `customers` gives those of `audience.customers`."""
    orders = _orders(df, {"customer_id": customer_id, "order_date": order_date, "amount": amount}, filter)

    def scored(histories: str) -> str:
        return f"FROM audience.rfm_of('{histories}', shop := (SELECT shop FROM given_shop), labels := 'text')"

    with _Shop(orders, as_of, {"rfm_bins": bins}) as driver:
        columns = driver.schema(scored("stored"))
        histories = _persisted(driver.histories(_split(orders, partitions, memory_limit), memory_limit))
        try:
            shop = driver.shop(histories)
        except BaseException:
            histories.unpersist()
            raise
    return _with(_duckdb(histories, scored("part"), columns, memory_limit, given_shop=shop), shop, histories)


class _Shop(_Driver):
    """What happens in one place: the shop of all histories."""

    def __init__(self, orders: DataFrame, as_of: date | str | None, fit: dict[str, object]) -> None:
        super().__init__(orders, "orders")
        # The same day for all parts, also around midnight.
        today = orders.sparkSession.sql("SELECT current_date() AS today").collect()[0]["today"]
        rows, group = "FROM", ", peer_group := peer_group"
        if "peer_group" not in orders.columns:
            rows, group = "SELECT * REPLACE (NULL::INTEGER AS peer_group) FROM", ""
        value = ", value := value" if "value" in orders.columns else ""
        given = f"customer_id, order_date, amount, as_of := {_text(as_of or today)}{group}{value}"
        self.begin, self.end = f"{rows} audience.histories('", f"', {given})"
        self.fit = _arguments(fit | {"as_of": _text(as_of)})

    def __enter__(self) -> _Shop:
        super().__enter__()
        self.con.execute(f"CREATE TABLE stored AS {self.begin}orders{self.end}")
        self.con.execute(f"CREATE TABLE given_shop AS FROM audience.shop('stored'{self.fit})")
        return self

    def histories(self, parts: DataFrame, memory_limit: str) -> DataFrame:
        return _duckdb(parts, f"SELECT *, 0::BIGINT AS value_range FROM ({self.begin}part{self.end})", PACKED, memory_limit)

    def shop(self, histories: DataFrame) -> pa.Table:
        """One row, of all histories."""
        self.gather(histories, "histories", "FROM stored")
        self.con.execute("DROP TABLE stored; CREATE VIEW stored AS FROM histories")
        self.con.execute(f"CREATE OR REPLACE TABLE given_shop AS FROM audience.shop('stored'{self.fit})")
        return _reader(self.con.sql("FROM given_shop")).read_all()

    def sampled(self) -> str:
        """The name of some of the histories."""
        self.con.execute(f"CREATE TABLE sample AS FROM stored USING SAMPLE reservoir({SAMPLE} ROWS) REPEATABLE (1)")
        return "sample"


def _orders(df: DataFrame, columns: dict[str, str | Column | None], filter: str | Column | None) -> DataFrame:
    """The columns of the orders. They always have an amount."""
    return _chosen(df, {name: F.lit(None) if name == "amount" and given is None else given for name, given in columns.items()}, filter)


def _with(out: DataFrame, shop: pa.Table, histories: DataFrame) -> DataFrame:
    out.shop, out.histories = shop["shop"][0].as_py(), histories  # type: ignore[attr-defined]
    return out
