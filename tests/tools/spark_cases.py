"""`spark_cases.py CASE…`: the rows of `audience.spark` beside those of SQL. It fails with the first that differs."""

import sys
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

import audience
from audience import spark as on_spark

# A task is tried again, as on a cluster.
SETTINGS = {
    "spark.master": "local[2,4]",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "6",
    "spark.sql.session.timeZone": "America/New_York",
    "spark.driver.memory": "1g",
}
# One customer with most of the rows, ties, refunds, unknown amounts and customers, and an instant near midnight in New York.
LINES = """
CREATE TABLE lines AS
SELECT CASE WHEN i % 97 = 0 THEN NULL WHEN i % 3 > 0 THEN 1 ELSE (i * 7919) % 4001 END::INTEGER AS number,
       DATE '2023-01-01' + ((i * 104729) % 900)::INTEGER AS day,
       CASE WHEN i % 31 = 0 THEN -5 WHEN i % 41 = 0 THEN NULL ELSE 10 * (1 + i % 4) END::DECIMAL(9, 2) AS amount,
       ['DE', 'FR', NULL][1 + i % 3] AS country, i % 13 > 0 AS is_paid
FROM range(60_000) t(i);
CREATE TABLE sold AS
SELECT *, 'Käufer ' || number AS text, number::DECIMAL(20, 1) AS decimal, number::BIGINT AS long, number::TINYINT AS tiny,
       (day + to_minutes((amount * 77)::INTEGER % 1440))::TIMESTAMP AS local, day::VARCHAR AS written,
       local::TIMESTAMPTZ AS instant
FROM (SELECT * REPLACE (number % 100 AS number), number AS all_numbers FROM lines);
"""


def session(**settings: str) -> SparkSession:
    builder = SparkSession.builder
    for name, value in (SETTINGS | settings).items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


class Shop:
    """The same tables in both, over Parquet files."""

    def __init__(self, spark: SparkSession) -> None:
        self.spark = spark
        self.con = audience.connect()
        self.con.execute("SET TimeZone = 'America/New_York'")
        self.con.execute("CREATE TABLE orders AS FROM audience.demo_orders(customers := 1500)")
        self.con.execute(LINES)

    def table(self, name: str) -> DataFrame:
        file = Path(f"{name}.parquet").absolute()
        if not file.exists():
            self.con.execute(f"COPY {name} TO '{file}'")
        return self.spark.read.parquet(str(file))

    def rows(self, out: DataFrame) -> None:
        self.con.register("of_spark", out.toArrow())
        self.con.execute("CREATE OR REPLACE TABLE found AS FROM of_spark")

    def same(self, out: DataFrame, arguments: str, least: int, function: str = "customers") -> None:
        self.rows(out)
        self.con.execute(f"CREATE OR REPLACE TABLE wanted AS FROM audience.{function}({arguments}, labels := 'text')")
        described = [self.con.execute(f"SELECT column_name, column_type FROM (DESCRIBE {name})").fetchall() for name in ("found", "wanted")]
        assert described[0] == described[1], described
        different = [self.con.execute(f"FROM {a} EXCEPT ALL FROM {b} LIMIT 3").fetchall() for a, b in [("found", "wanted"), ("wanted", "found")]]
        assert different == [[], []], (arguments, different)
        count = self.con.execute("SELECT count(*) FROM found").fetchall()[0][0]
        assert count >= least, (arguments, count)
        if hasattr(out, "histories"):
            out.histories.unpersist()


OPTIONS = dict(as_of="2025-06-30", horizon_days=90, season=False, just_ordered_days=10, lost_after_gaps=3.0)
AS_SQL = "as_of := '2025-06-30', horizon_days := 90, season := false, just_ordered_days := 10, lost_after_gaps := 3.0"


def rows() -> None:
    """Partitions, options, skew, types and no order at all."""
    shop = Shop(session())
    orders, sold = shop.table("orders"), shop.table("sold")
    whole = "'orders', customer_id, order_date, amount"
    for partitions in (None, 1, 7):
        out = on_spark.customers(orders, "customer_id", "order_date", "amount", partitions=partitions)
        assert set(out.shop) >= {"as_of", "vip_value", "model"} and out.shop["customers"] == 1500, out.shop
        shop.same(out, whole, 1500)
    # Written, read, and asked for again.
    out = on_spark.customers(orders, filter=F.col("status") == "completed", peer_group="country", **OPTIONS)
    out.write.parquet("written.parquet")
    assert out.count() == shop.spark.read.parquet("written.parquet").count()
    shop.same(shop.spark.read.parquet("written.parquet"), f"{whole}, filter := status = 'completed', peer_group := country, {AS_SQL}", 1000)
    shop.same(out, f"{whole}, filter := status = 'completed', peer_group := country, {AS_SQL}", 1000)

    shop.con.execute(f"CREATE TABLE cdnow AS FROM read_csv('{sys.argv[2]}')")
    assert len(on_spark.customers(orders).limit(3).collect()) == 3
    shop.spark.catalog.clearCache()
    shop.same(on_spark.customers(shop.table("cdnow"), partitions=3), "'cdnow', customer_id, order_date, amount", 20_000)

    # Most rows are of one customer, and most partitions are empty.
    for key, day in {"text": "local", "decimal": "instant", "long": "written", "tiny": "day", "number": "instant"}.items():
        shop.same(on_spark.customers(sold, key, day, "amount", partitions=30), f"'sold', {key}, {day}, amount", 80)
    shop.same(on_spark.customers(sold, "all_numbers", "instant", "CAST(NULL AS DOUBLE)", filter="is_paid", peer_group="country"),
              "'sold', all_numbers, instant, NULL::DOUBLE, filter := is_paid, peer_group := country", 3000)  # fmt: skip
    named = sold.withColumnRenamed("long", "the customer's `id`")
    shop.same(on_spark.customers(named, "the customer's `id`", sold["day"], "amount * 2"), "'sold', long, day, amount * 2", 80)
    for nothing in (dict(filter="false"), dict(filter="amount < 0")):
        shop.same(on_spark.customers(sold, "long", "day", "amount", **nothing), f"'sold', long, day, amount, filter := {nothing['filter']}", 0)

    money = dict(value="amount * 0.4 - 2", value_days=730, discount_rate=0.1)
    shop.same(on_spark.customers(orders, **money), f"{whole}, value := amount * 0.4 - 2, value_days := 730, discount_rate := 0.1", 1500)

    shop.same(on_spark.rfm(orders, partitions=7), whole, 1500, "rfm")
    scored = on_spark.rfm(sold, "text", "instant", "amount", filter="is_paid", as_of="2025-06-30", bins=10)
    shop.same(scored, "'sold', text, instant, amount, filter := is_paid, as_of := '2025-06-30', bins := 10", 80, "rfm")
    shop.same(on_spark.rfm(sold, "text", "instant", filter="false"), "'sold', text, instant, amount, filter := false", 0, "rfm")

    shop.same(on_spark.lifecycle_stage(orders), "'orders', customer_id, order_date", 1500, "lifecycle_stage")
    stages = on_spark.lifecycle_stage(sold, "text", "instant", "amount", filter="is_paid", partitions=7, **OPTIONS)
    shop.same(stages, f"'sold', text, instant, amount := amount, filter := is_paid, {AS_SQL}", 80, "lifecycle_stage")
    shop.same(on_spark.lifecycle_stage(sold, "text", "instant", filter="false"), "'sold', text, instant, filter := false", 0, "lifecycle_stage")
    assert not shop.spark.sparkContext._jsc.getPersistentRDDs(), "something is still persisted"


def exported() -> None:
    """A table of Spark with instants around midnight, in zones that change their clocks, as Spark writes it."""
    shop = Shop(session(**{"spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS"}))
    instants = shop.spark.range(40_000).selectExpr(
        "id % 900 AS who", "timestamp_seconds(1640000000 + id * 2221) AS moment", "CAST(1 + id % 50 AS FLOAT) AS paid"
    )
    instants.write.parquet("instants.parquet")
    for zone in ("Pacific/Auckland", "America/St_Johns", "UTC"):
        shop.spark.conf.set("spark.sql.session.timeZone", zone)
        shop.con.execute(f"SET TimeZone = '{zone}'")
        shop.same(on_spark.customers(instants, "who", "moment", "paid"), "'instants.parquet/*.parquet', who, moment, paid", 900)


def killed() -> None:
    """Workers are killed at each step (see `dying` in the test), and the rows come out the same, also a second time."""
    shop = Shop(session(**{"spark.python.worker.reuse": "false"}))
    orders = shop.table("orders")
    for _ in range(2):
        out = on_spark.customers(orders, peer_group="country", partitions=4)
        shop.same(out, "'orders', customer_id, order_date, amount, peer_group := country", 1500)
    shop.same(on_spark.lifecycle_stage(orders, partitions=4), "'orders', customer_id, order_date", 1500, "lifecycle_stage")


def mistakes() -> None:
    """Each is told before Spark reads an order."""
    shop = Shop(session())
    shop.spark.sparkContext.setLogLevel("FATAL")
    sold = shop.table("sold")
    call = dict(df=sold, customer_id="long", order_date="day", amount="amount")
    for wrong, said in {
        ("customer_id", "CAST(long AS DOUBLE)"): "customer_id must be text, a whole number, a DECIMAL, a date, binary or a boolean, got double",
        ("order_date", "amount"): "order_date must be a date, a timestamp or text, got decimal(9,2)",
        ("amount", "text"): "amount must be a number, got string",
        ("peer_group", "array(country)"): "peer_group must be text",
        ("amount", "no_such_column"): "no_such_column",
        ("filter", "no_such_column"): "no_such_column",
        ("as_of", "infinity"): "as_of must be a finite date, got infinity",
        ("as_of", "today and tomorrow"): "today and tomorrow",
        ("horizon_days", 0): "horizon_days must be",
        ("just_ordered_days", -1): "just_ordered_days must be",
        ("lost_after_gaps", 1.0): "lost_after_gaps must be",
    }.items():  # fmt: skip
        try:
            on_spark.customers(**call | dict([wrong]))
        except Exception as error:
            assert said in str(error), (wrong, error)
        else:
            raise AssertionError(wrong)
    jobs = shop.spark.sparkContext.statusTracker().getJobIdsForGroup(None)
    assert len(jobs) <= 6, "not only the columns of the file, and today's date for each call that came so far"
    # What only a row shows comes from the worker.
    try:
        on_spark.customers(**call | {"order_date": "text"})
    except Exception as error:
        assert "Käufer" in str(error) and "date" in str(error), error
    else:
        raise AssertionError("a text that is no date was taken")
    assert not shop.spark.sparkContext._jsc.getPersistentRDDs(), "something is still persisted"


def lacking() -> None:
    """A worker that has not all it needs: PYTHONPATH is the driver's alone here."""
    shop = Shop(session())
    try:
        on_spark.customers(shop.table("orders"))
    except RuntimeError as error:
        print(error)
    else:
        raise AssertionError("the worker had everything")


def connect() -> None:
    """Spark Connect."""
    builder = SparkSession.builder.remote("local[2]")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value) if name != "spark.master" else builder
    shop = Shop(builder.getOrCreate())
    out = on_spark.customers(shop.table("orders"), filter=F.col("status") == "completed")
    assert "connect" in type(out).__module__ and out.shop["customers"] > 1000
    shop.same(out, "'orders', customer_id, order_date, amount, filter := status = 'completed'", 1000)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
