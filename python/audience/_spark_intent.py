"""Purchase intent of a Spark DataFrame of order lines: what `audience.spark` has of it."""

from __future__ import annotations

from datetime import date

from audience._parts import _arguments
from audience._report import _text
from audience._spark import PACKED, Column, DataFrame, _by, _chosen, _Driver, _duckdb, _persisted, _ranges, _reader, _split, pa

# What is learned in turn; each step needs what the one before has learned of all customers.
STEPS = ("products", "weights", "scales", "calibration")
# Buyers to expect are added up as whole numbers, as audience.interested_in does, so that the order does not matter.
UNITS = "(probability * 4611686018427387904)::BIGINT AS units"
# All parts of a step as one, of which never more than one is in memory.
SUMMED = """
CREATE TABLE {step}_of_all AS
SELECT struct_update(any_value(part), as_of := {day}, latest_line_date := max(part.latest_line_date), lines := sum(part.lines)::BIGINT,
                     checksum := (sum(part.checksum) % 4611686018427387904)::BIGINT,
                     products := {products}, state := {state}) AS part
FROM {step}
"""
PAIRS = """
CREATE TABLE pairs AS
SELECT pair.product, pair.label, pair.name, sum(pair.lines)::BIGINT AS lines
FROM (SELECT unnest(part.products) AS pair FROM products)
GROUP BY ALL
"""
# The range of each score. The last has no upper bound.
RANGED = "SELECT scored.*, score_range FROM {rows} AS scored ASOF LEFT JOIN bounds ON score <= upper"
# What a part has in each range. Sums are text, because they may be larger than any whole number of Spark.
COUNTED = """
SELECT {keys}, count(*) AS candidates, sum(units)::VARCHAR AS units, 0::BIGINT AS value_range
FROM (SELECT *, {units} FROM ({ranged}))
GROUP BY {keys}
"""
# How many candidates are above each range, and how many buyers to expect of them and of all.
ABOVE = """
WITH here AS (SELECT {keys}, sum(candidates) AS candidates, coalesce(sum(units::HUGEINT), 0) AS units FROM counts GROUP BY {keys})
SELECT {keys}, (sum(candidates) OVER upwards - candidates)::BIGINT AS above,
       (sum(units) OVER upwards - units)::VARCHAR AS units_above, (sum(units) OVER ({partition}))::VARCHAR AS units_of_all
FROM here
WINDOW upwards AS ({partition} ORDER BY score_range DESC ROWS UNBOUNDED PRECEDING)
"""
# All customers of a range are in one part, and what is above it is known.
RANKED = """
WITH ranged AS (SELECT *, {units} FROM ({ranged})),
ranked AS (
    SELECT ranged.* REPLACE (above + row_number() OVER best AS rank,
                             CASE WHEN probability IS NOT NULL
                                  THEN (units_above::HUGEINT + sum(units) OVER best) / nullif(units_of_all::HUGEINT, 0)
                             END AS cumulative_buyer_share)
    FROM ranged JOIN higher USING ({keys})
    WINDOW best AS (PARTITION BY {keys} ORDER BY score DESC, customer_id ASC ROWS UNBOUNDED PRECEDING)
)
SELECT * EXCLUDE (score_range, units) FROM ranked WHERE rank <= {top}
"""


def interested_in(
    df: DataFrame,
    customer_id: str | Column,
    order_date: str | Column,
    product: str | Column,
    target: str | Column,
    *,
    as_of: date | str | None = None,
    filter: str | Column | None = None,
    horizon_days: int | None = None,
    name: str | Column | None = None,
    only_new: bool | None = None,
    top: int | None = None,
    amount: str | Column | None = None,
    partitions: int | None = None,
    memory_limit: str = "1GB",
) -> DataFrame:
    """The rows of the SQL function `audience.interested_in`. Labels are text.

    The call reads the order lines once and persists them by customer. It goes over them five times: four times to learn
    what the driver makes a model of, and once for the scores, which it persists in place of the lines. The rows are ranked
    when they are asked for.

    Arguments:
        df: the order lines, in Spark or Spark Connect.
        customer_id: a column, or an expression in Spark's SQL, as are order_date, product, target, filter, name and amount.
            The day of a timestamp is that of Spark's session time zone.
        target: a condition, such as "category = 'Tents'".
        as_of: and the others as in SQL; what is not given has the default that it has there.
        partitions: in how many parts the customers are; Spark decides where it is not given.
        memory_limit: of DuckDB in each Python worker. What does not fit goes to Spark's local directory.

    Returns:
        A DataFrame with the columns of `audience.interested_in`, in no order. It has two attributes more, which what is made
        of it does not have: `model`, what was learned as a dict, see `audience.intent_model`; and `scores`, the DataFrame
        that is persisted, which `scores.unpersist()` frees when the rows have been written.

    Raises:
        TypeError: a column has a type that it cannot have.
        duckdb.Error: what the SQL functions say of an option, and where target holds for no order line.
        pyspark.errors.PySparkException: what Spark says, and what the SQL functions say of a row in a worker.
    """
    columns = {"customer_id": customer_id, "order_date": order_date, "product": product, "target": target, "name": name, "amount": amount}
    learned = {"as_of": _text(as_of), "horizon_days": horizon_days}
    return _interests("interested_in", _chosen(df, columns, filter), learned, {"only_new": only_new}, top, partitions, memory_limit)


def interests(
    df: DataFrame,
    customer_id: str | Column,
    order_date: str | Column,
    product: str | Column,
    label: str | Column,
    *,
    as_of: date | str | None = None,
    filter: str | Column | None = None,
    horizon_days: int | None = None,
    name: str | Column | None = None,
    only_new: bool | None = None,
    top: int | None = None,
    amount: str | Column | None = None,
    partitions: int | None = None,
    memory_limit: str = "1GB",
) -> DataFrame:
    """The rows of the SQL function `audience.interests`, as `interested_in` gives those of `audience.interested_in`. A label is
    no boolean here, because `interested_in` takes a condition."""
    columns = {"customer_id": customer_id, "order_date": order_date, "product": product, "label": label, "name": name, "amount": amount}
    learned = {"as_of": _text(as_of), "horizon_days": horizon_days}
    return _interests("interests", _chosen(df, columns, filter), learned, {"only_new": only_new}, top, partitions, memory_limit)


def _interests(
    function: str,
    lines: DataFrame,
    learned: dict[str, object],
    listed: dict[str, object],
    top: int | None,
    partitions: int | None,
    memory_limit: str,
) -> DataFrame:
    with _Intent(function, lines, learned) as driver:
        every = learned | listed | driver.named | {"top": top, "labels": "'text'"}
        columns = driver.schema(f"FROM audience.{function}('lines', {driver.columns}{_arguments(every)})")
        packed = "SELECT *, 0::BIGINT AS value_range FROM"
        parts = _persisted(_split(lines, partitions, memory_limit))
        try:
            model = driver.model(parts, memory_limit)
            # Shares are those of all candidates, so the best are found at the end.
            of_model = listed | driver.amount | {"model": "(SELECT model FROM given_model)", "labels": "'text'"}
            scored = f"{packed} audience.{function}_of('part', {driver.columns}{_arguments(of_model)})"
            scores = _persisted(_duckdb(parts, scored, PACKED, memory_limit, given_model=model))
            try:
                bounds, higher = driver.places(scores, _ranges(lines, partitions), memory_limit)
            except BaseException:
                scores.unpersist()
                raise
        finally:
            # All of it has been read by now. Where a worker is lost, it is made again of the lines.
            parts.unpersist()
    ranges = RANGED.format(rows="part")
    placed = f"SELECT * RENAME (score_range AS value_range) FROM ({ranges}) ORDER BY value_range ASC"
    ranged = _duckdb(scores, placed, PACKED, memory_limit, bounds=bounds)
    query = RANKED.format(units=UNITS, ranged=ranges, keys=driver.keys, top="rank" if top is None else top)
    out = _duckdb(_by(ranged, "value_range", partitions), query, columns, memory_limit, bounds=bounds, higher=higher)
    out.model, out.scores = model["model"][0].as_py(), scores  # type: ignore[attr-defined]
    return out


class _Intent(_Driver):
    """What happens in one place: the model of all order lines, and what is above each range of scores."""

    def __init__(self, function: str, lines: DataFrame, learned: dict[str, object]) -> None:
        super().__init__(lines, "lines")
        # The same day for all parts, also around midnight.
        self.today = _text(lines.sparkSession.sql("SELECT current_date() AS today").collect()[0]["today"])
        self.function, self.learned = function, learned
        self.of, self.partition, self.keys = "target", "", "score_range"
        if function == "interests":
            self.of, self.partition, self.keys = "label", "PARTITION BY label", "label, score_range"
        self.columns = f"customer_id, order_date, product, {self.of}"
        self.amount = {"amount": "amount"} if "amount" in self.types else {}
        self.named = self.amount | ({"name": "name"} if "name" in self.types else {})

    def model(self, lines: DataFrame, memory_limit: str) -> pa.Table:
        """One row, of all order lines."""
        given = self.learned | self.named | {"as_of": self.learned["as_of"] or self.today}
        so_far: dict[str, str] = {}
        tables: dict[str, pa.Table] = {}
        for step in STEPS:
            part = f"SELECT part, 0::BIGINT AS value_range FROM audience.intent_part('{{}}', {self.columns}{_arguments(given | so_far)})"
            self.gather_once(_duckdb(lines, part.format("part"), PACKED, memory_limit, **tables), step, part.format("lines"))
            self.add_up(step)
            model = _reader(self.con.sql(f"FROM audience.intent_model('{step}_of_all'{_arguments(so_far)})")).read_all()
            self.con.register("given_model", model)
            # The day is that of the model from here on.
            given, so_far, tables = given | {"as_of": None}, {"model": "(SELECT model FROM given_model)"}, {"given_model": model}
        return model

    def add_up(self, step: str) -> None:
        """The parts of a step as one. A set without a line is told as in SQL; where no day was given, it is that of the latest line
        of any part."""
        day, products, state = "any_value(part.as_of)", "any_value(part.products)", f"__audience_intent_{step}_summed('intent_model', part.state)"
        if step == "products":
            self.con.execute(PAIRS)
            self.con.execute("CREATE VIEW labels AS SELECT label AS __label FROM pairs")
            self.con.execute(f"FROM audience.internal.__labels_met('{self.function}', '{self.of}', 'labels')").fetchall()
            products, state = "(SELECT coalesce(list(pairs), []) FROM pairs)", "any_value(part.state)"
            if self.learned["as_of"] is None:
                day = f"coalesce(max(part.latest_line_date), {self.today}::DATE)"
        self.con.execute(SUMMED.format(step=step, day=day, products=products, state=state))

    def places(self, scores: DataFrame, ranges: int, memory_limit: str) -> tuple[pa.Table, pa.Table]:
        """Ranges of scores with about as many customers each, from the quantiles of each part; and what is above each range,
        which is exact."""
        sampled = f"SELECT unnest(quantile_disc(score, {self.shares(ranges)})) AS score, 0::BIGINT AS value_range FROM part"
        self.gather_once(_duckdb(scores, sampled, PACKED, memory_limit), "sample", "SELECT 0::DOUBLE AS score LIMIT 0")
        bounds = self.bounds("score", "sample", ranges).rename_columns(["upper", "score_range"])
        self.con.register("bounds", bounds)

        def counted(rows: str) -> str:
            return COUNTED.format(keys=self.keys, units=UNITS, ranged=RANGED.format(rows=rows))

        nobody = f"(SELECT * FROM audience.{self.function}('lines', {self.columns}, labels := 'text'))"
        self.gather_once(_duckdb(scores, counted("part"), PACKED, memory_limit, bounds=bounds), "counts", counted(nobody))
        return bounds, _reader(self.con.sql(ABOVE.format(keys=self.keys, partition=self.partition))).read_all()
