"""`spark_cases.py CASE…`: the rows of `audience.spark` beside those of SQL. It fails with the first that differs."""

import sys
from collections.abc import Callable
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

import audience
from audience import spark as on_spark
from audience._spark import _split

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
# Order lines with the same customers: products and sets of each type, some unknown, and lines after today. Most products are of
# few customers, and the wine is bought by those who bought the glasses before.
BOUGHT = """
CREATE TABLE bought AS
SELECT all_numbers AS long, text, decimal, CASE WHEN row_number() OVER () % 500 = 0 THEN DATE '2100-01-01' ELSE day END AS day, local, instant, written,
       is_paid, amount, country,
       CASE WHEN hash(all_numbers, day) % 19 = 0 THEN NULL ELSE hash(all_numbers, day, amount) % (20 + all_numbers % 60) END::SMALLINT AS product,
       product::DECIMAL(12, 2) AS priced, 'Größe ' || product AS named, CASE WHEN product % 5 < 3 THEN 'Marke ' || product % 5 END AS brand,
       product::TINYINT % 5 AS tiny_brand, product % 9 = 1 AS is_wine
FROM sold;
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
        self.con.execute("CREATE TABLE lines_of_demo AS FROM audience.demo_lines(customers := 1500)")
        self.con.execute(BOUGHT)

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
        for kept in ("histories", "scores"):
            # In Spark Connect, any name is a column.
            if kept in vars(out):
                getattr(out, kept).unpersist()


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
    # Each part goes to a partition of its own.
    parts = _split(orders.select("customer_id"), 7, "500MB").groupBy(F.spark_partition_id()).agg(F.countDistinct("value_range"))
    assert [count for _, count in parts.collect()] == [1] * 7, parts.collect()
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


def intent() -> None:
    """Purchase intent: partitions, options, types, and lines of which nobody is left."""
    shop = Shop(session())
    lines, bought = shop.table("lines_of_demo"), shop.table("bought")
    whole, tents = "'lines_of_demo', customer_id, order_date, product_id", ("customer_id", "order_date", "product_id", "category = 'Tents'")

    def same(out: DataFrame, arguments: str, least: int, function: str = "interested_in", probable: int = 50) -> None:
        shop.same(out, arguments, least, function)
        known = "count(probability) >= $1, count(expected_revenue) > 0, count(*) FILTER (len(because) > 0) >= $1, max(cumulative_buyer_share) > 0"
        found = shop.con.execute(f"SELECT {known} FROM found", [probable]).fetchall()[0]
        assert (found[0], found[2]) == (True, True) and found[1] == ("amount := " in arguments), (arguments, found)

    for partitions in (None, 1, 7):
        out = on_spark.interested_in(lines, *tents, partitions=partitions)
        assert out.model["step"] == "calibration" and out.model["lines"] > 1500, out.model
        same(out, f"{whole}, category = 'Tents'", 1000)
    # Written, read, and asked for again.
    options = dict(as_of="2025-06-30", horizon_days=90, filter=F.col("quantity") > 0, name="product_name", amount="amount")
    as_sql = "as_of := '2025-06-30', horizon_days := 90, filter := quantity > 0, name := product_name, amount := amount"
    out = on_spark.interested_in(lines, *tents[:3], F.col("category") == "Tents", **options)
    out.write.parquet("intent.parquet")
    same(shop.spark.read.parquet("intent.parquet"), f"{whole}, category = 'Tents', {as_sql}", 1000)
    same(out, f"{whole}, category = 'Tents', {as_sql}", 1000)
    # The share is that of all candidates, also where only the best are listed. Most partitions are empty.
    out = on_spark.interested_in(lines, *tents, only_new=True, top=40, partitions=40, memory_limit="500MB")
    same(out, f"{whole}, category = 'Tents', only_new := true, top := 40", 40, probable=20)

    # Lines after today, unknown products, a customer with most of the lines, and types.
    for key, day, product, target in [("text", "local", "priced", "named = 'Größe 7'"), ("decimal", "instant", "CAST(named AS BINARY)", "is_wine"),
                                      ("is_paid", "written", "is_paid", "is_wine")]:  # fmt: skip
        out = on_spark.interested_in(bought, key, day, product, target, partitions=7)
        same(out, f"'bought', {key}, {day}, {product.replace('CAST(', 'encode(').replace(' AS BINARY', '')}, {target}", 2, probable=0)
        assert str(out.model["as_of"]) < "2100", out.model["as_of"]
    out = on_spark.interested_in(bought, "long", "instant", "product", "is_wine", amount="CAST(amount AS FLOAT)", name="priced", filter="is_paid", partitions=7)
    same(out, "'bought', long, instant, product, is_wine, amount := amount::FLOAT, name := priced, filter := is_paid", 3000)
    # A product that is known of nobody, a set with that alone, and nobody at all.
    none = "'bought', long, day, NULL::VARCHAR, amount > 20"
    same(on_spark.interested_in(bought, "long", "day", "CAST(NULL AS STRING)", "amount > 20"), none, 3000, probable=0)
    for nothing in ("false", "day > DATE '2099-01-01'"):
        out = on_spark.interested_in(bought, "long", "day", "product", "is_wine", filter=nothing)
        shop.same(out, f"'bought', long, day, product, is_wine, filter := {nothing}", 0, "interested_in")

    out = on_spark.interests(lines, *tents[:3], "category", amount="amount", name="product_name", partitions=7)
    same(out, f"{whole}, category, amount := amount, name := product_name", 5000, "interests")
    for label in ("brand", "tiny_brand"):
        out = on_spark.interests(bought, "text", "local", "product", label, top=9, partitions=3)
        same(out, f"'bought', text, local, product, {label}, top := 9", 20, "interests", probable=0)
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
    for _ in range(2):
        out = on_spark.interested_in(shop.table("lines_of_demo"), "customer_id", "order_date", "product_id", "category = 'Tents'", partitions=4)
        shop.same(out, "'lines_of_demo', customer_id, order_date, product_id, category = 'Tents'", 1000, "interested_in")


def told(said: str, function: Callable[..., DataFrame], *given: object, **named: object) -> None:
    try:
        function(*given, **named)
    except Exception as error:
        assert said in str(error), (said, error)
    else:
        raise AssertionError(f"{named}: {said} was not told")


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
        told(said, on_spark.customers, **call | dict([wrong]))
    bought = shop.table("bought")
    call_of_intent = dict(df=bought, customer_id="long", order_date="day", product="product", target="is_wine")
    for wrong, said in {
        ("customer_id", "CAST(long AS DOUBLE)"): "customer_id must be text, a whole number, a DECIMAL, a date, binary or a boolean, got double",
        ("product", "array(product)"): "product must be text, a whole number, a DECIMAL, a date, binary or a boolean, got array<smallint>",
        ("target", "brand"): "target must be a condition, got string",
        ("name", "CAST(product AS DOUBLE)"): "name must be text, a whole number, a DECIMAL, a date, binary or a boolean, got double",
        ("amount", "text"): "amount must be a number, got string",
        ("target", "no_such_column"): "no_such_column",
        ("as_of", "infinity"): "interested_in: as_of must be a finite date, got infinity",
        ("horizon_days", 0): "interested_in: horizon_days must be 1 to 3650, got 0",
        ("top", 0): "interested_in: top must be",
        ("only_new", "perhaps"): "perhaps",
    }.items():  # fmt: skip
        told(said, on_spark.interested_in, **call_of_intent | dict([wrong]))
    told("label must be text, a whole number, a DECIMAL, a date or binary, got boolean", on_spark.interests, bought, "long", "day", "product", "is_wine")
    jobs = shop.spark.sparkContext.statusTracker().getJobIdsForGroup(None)
    assert len(jobs) <= 12, "not only the columns of the file, and today's date for each call that came so far"
    # What only a row shows comes from the worker.
    told("Käufer", on_spark.customers, **call | {"order_date": "text"})
    told("Käufer", on_spark.interested_in, **call_of_intent | {"order_date": "text"})
    told("interested_in: target holds for no order line", on_spark.interested_in, **call_of_intent | {"target": "named = 'Wine'"})
    told("interested_in: target holds for no order line", on_spark.interested_in, **call_of_intent | {"as_of": "2023-01-01", "target": "day > DATE '2024-01-01'"})
    told("interests: label is NULL in every order line", on_spark.interests, bought, "long", "day", "product", "CAST(NULL AS STRING)")
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
    out = on_spark.interested_in(shop.table("lines_of_demo"), "customer_id", "order_date", "product_id", F.col("category") == "Tents", top=100)
    shop.same(out, "'lines_of_demo', customer_id, order_date, product_id, category = 'Tents', top := 100", 100, "interested_in")


if __name__ == "__main__":
    globals()[sys.argv[1]]()
