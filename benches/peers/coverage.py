"""How often each 95 % interval of the project holds the truth, over simulated shops of which the truth is known; of the forecast
of cohorts, and of what customers buy and are worth, it is the 80 % interval.

    make bench BENCH=--coverage
    python coverage.py lookalike_quality      one of them alone

The extension computes every interval. The standard error of a share near .95 is .007 over 1,000 simulations, .011 over 400.
"""

import math
import sys
from collections.abc import Callable, Iterator

import duckdb
import numpy
from scipy import stats

from measure import ROOT, connect

SIMULATIONS = 1_000
# Where each simulation is a large shop, or a whole one.
SHOPS = 400

Random = numpy.random.Generator


def main() -> None:
    wanted = sys.argv[1:]
    with connect() as con:
        for name, simulation in SIMULATED.items():
            if not wanted or name in wanted:
                print(f"\n{name}\n")
                for row in simulation(con, numpy.random.default_rng(1)):
                    print("| " + " | ".join(row) + " |", flush=True)


def held(rows: list[tuple], truth: float) -> str:
    """The share of intervals that hold the truth. One that is NULL claims nothing, so it holds; so does an open end."""
    inside = [(lower is None or lower <= truth) and (upper is None or truth <= upper) for lower, upper in rows]
    return f"{sum(inside) / len(inside):.3f}"


def cdnow() -> numpy.ndarray:
    """What the customers of CDNOW spent in the 60 days after June 1997."""
    with duckdb.connect() as con:
        return con.execute(f"""
            SELECT coalesce(sum(amount) FILTER (order_date BETWEEN DATE '1997-07-01' AND DATE '1997-08-29'), 0)::DOUBLE AS revenue
            FROM read_csv('{ROOT / "build/testdata/cdnow_orders.csv"}')
            GROUP BY customer_id HAVING min(order_date) <= DATE '1997-06-30' ORDER BY customer_id""").fetchnumpy()["revenue"]


def campaign_uplift(con: duckdb.DuckDBPyConnection, random: Random) -> Iterator[list[str]]:
    def log_normal(spread: float) -> Callable[[tuple[int, int]], numpy.ndarray]:
        return lambda customers: random.lognormal(3.5, spread, customers)

    shop = cdnow()
    # The share of buyers, and what a buyer spends.
    kinds = {
        "1 in 10 buys, gamma": (0.1, lambda customers: random.gamma(1, 40, customers), 40),
        "1 in 10 buys, log-normal 1": (0.1, log_normal(1), math.exp(4)),
        "1 in 10 buys, log-normal 1.5": (0.1, log_normal(1.5), math.exp(3.5 + 1.5**2 / 2)),
        "1 in 50 buys, log-normal 1": (0.02, log_normal(1), math.exp(4)),
        "7 in 10 buy, log-normal 1": (0.7, log_normal(1), math.exp(4)),
        "1 in 10 buys or returns": (0.1, lambda customers: random.gamma(1, 40, customers) * random.choice([1, -0.5], customers, p=[0.8, 0.2]), 28),
        "CDNOW, 1 in 7 buys": (numpy.mean(shop > 0), lambda customers: random.choice(shop[shop > 0], customers), shop[shop > 0].mean()),
    }
    # How many times as many buyers, and how many times as large their orders.
    effects = {"none": (1, 1), "30 % more buyers": (1.3, 1), "30 % fewer buyers": (0.7, 1), "30 % larger orders": (1, 1.3), "30 % smaller orders": (1, 0.7)}
    yield ["revenue", "effect", "customers", "held out", "conversion", "revenue", "revenue by Welch"]
    yield ["---"] * 7
    for kind, (rate, spent, mean) in kinds.items():
        for effect, (more, larger) in effects.items():
            for customers in (200, 500, 2_000, 10_000) if effect == "none" else (500, 2_000):
                for share in (0.1, 0.2, 0.5) if effect == "none" else (0.2,):
                    is_held = numpy.arange(customers) < round(share * customers)
                    chance, size = (numpy.where(is_held, 1, x) for x in (more, larger))
                    campaigns = SIMULATIONS if customers < 10_000 else SHOPS
                    revenue = (random.random((campaigns, customers)) < rate * chance) * size * spent((campaigns, customers))
                    con.register("drawn", {
                        "campaign": numpy.repeat(numpy.arange(campaigns), customers), "held_out": numpy.tile(is_held, campaigns), "revenue": revenue.ravel(),
                    })
                    found = con.execute("""
                        SELECT metrics[1].lower, metrics[1].upper, metrics[2].lower, metrics[2].upper
                        FROM (
                            SELECT __audience_campaign_uplift('coverage', held_out, revenue <> 0, revenue) AS metrics
                            FROM drawn GROUP BY campaign)""").fetchall()
                    conversion, value = [row[:2] for row in found], [row[2:] for row in found]
                    welch = stats.ttest_ind(revenue[:, ~is_held], revenue[:, is_held], axis=1, equal_var=False).confidence_interval(0.95)
                    # NaN where nobody bought, which is no interval.
                    by_welch = [(None, None) if math.isnan(lower) else (lower, upper) for lower, upper in zip(*welch)]
                    more_buyers, uplift = rate * (more - 1), rate * mean * (more * larger - 1)
                    yield [kind, effect, f"{customers:,}", f"{share:.0%}", held(conversion, more_buyers), held(value, uplift), held(by_welch, uplift)]


def trigger_results(con: duckdb.DuckDBPyConnection, random: Random) -> Iterator[list[str]]:
    """500 customers, 100 of them held out, of whom some buy often and most hardly ever: the chance is from a beta distribution."""

    def group(customers: int, messages: tuple[int, int], rate: float) -> dict:
        got = random.integers(messages[0], messages[1], customers, endpoint=True)
        converted = random.binomial(got, random.beta(0.5, 0.5 * (1 / rate - 1), customers))
        return {
            "customers": customers, "messages": int(got.sum()), "conversions": int(converted.sum()), "messages_squared": float((got**2).sum()),
            "conversions_squared": float((converted**2).sum()), "conversions_by_messages": float((got * converted).sum()),
        }

    yield ["messages to a customer", "conversion of those held out", "effect", "held"]
    yield ["---"] * 4
    for messages in ((1, 1), (2, 2), (4, 4), (12, 12), (1, 12)):
        for rate, effect in ((0.05, 0), (0.05, 0.03), (0.2, 0), (0.2, 0.05)):
            rows = []
            for _ in range(SIMULATIONS):
                drawn = [group(400, messages, rate + effect), group(100, messages, rate)]
                rows.append(con.execute("SELECT row.lower, row.upper FROM (SELECT __audience_newcombe('coverage', $1, $2) AS row)", drawn).fetchall()[0])
            yield [" to ".join(str(m) for m in sorted(set(messages))), f"{rate:.0%}", f"{effect:.0%}", held(rows, effect)]


def lapse_threshold(con: duckdb.DuckDBPyConnection, random: Random) -> Iterator[list[str]]:
    """The truth is the threshold of a shop of 100,000 customers."""

    def threshold(customers: int, mean_gap: float, leave: float) -> tuple:
        """Customers come in over a year, wait in their own rhythm, and leave after a purchase with that chance."""
        orders = 1 + random.geometric(leave, customers)
        customer = numpy.repeat(numpy.arange(customers), orders)
        gaps = numpy.ceil(random.gamma(1, mean_gap * random.gamma(2, 0.5, customers)[customer]))
        first = numpy.concatenate([[0], numpy.cumsum(orders)[:-1]])
        gaps[first] = random.integers(0, 365, customers)
        total = numpy.cumsum(gaps)
        day = total - (total[first] - gaps[first])[customer]
        con.register("drawn", {"customer": customer[day <= 730], "day": day[day <= 730].astype(int)})
        return con.execute("""
            SELECT threshold_days, lower_days, upper_days
            FROM audience.lapse_threshold('drawn', customer, DATE '2023-01-01' + day::INTEGER, as_of := DATE '2024-12-31')""").fetchall()[0]

    yield ["customers", "mean gap, days", "leave after a purchase", "held"]
    yield ["---"] * 4
    for mean_gap, leave in ((40, 0.2), (90, 0.3)):
        truth = threshold(100_000, mean_gap, leave)[0]
        for customers in (200, 500, 2_000):
            rows = [threshold(customers, mean_gap, leave)[1:] for _ in range(SHOPS)]
            yield [f"{customers:,}", str(mean_gap), f"{leave:.0%}", held(rows, truth)]


def lookalike_quality(con: duckdb.DuckDBPyConnection, random: Random) -> Iterator[list[str]]:
    """The truth is the mean of holdout_auc over all shops, each with other customers and other seeds of the same kind."""
    yield ["customers", "seeds", "products", "their taste", "holdout_auc", "held"]
    yield ["---"] * 6
    settings = [
        (800, 20, 60, 25), (1_200, 25, 200, 12), (800, 30, 60, 4), (600, 40, 40, 10), (1_000, 60, 100, 2), (1_500, 60, 60, 25), (1_000, 60, 400, 6),
        (1_000, 100, 100, 4), (2_000, 150, 200, 8), (2_400, 400, 100, 4),
    ]
    for (customers, seeds, products, taste), random in zip(settings, random.spawn(len(settings))):
        popularity = numpy.random.default_rng(3).gamma(1, 1, products) + 0.05
        rows = [one_lookalike_quality(con, random, customers, seeds, popularity, taste) for _ in range(SHOPS)]
        truth = float(numpy.mean([row[0] for row in rows]))
        yield [f"{customers:,}", str(seeds), str(products), f"{taste} times", f"{truth:.3f}", held([row[1:] for row in rows], truth)]


def one_lookalike_quality(con, random: Random, customers: int, seeds: int, popularity: numpy.ndarray, taste: float) -> tuple:
    """A quarter of the customers are of a kind that likes every tenth product so many times as much; some of them are the seed."""
    kind = random.random(customers) < 0.25
    products = len(popularity)
    liked = numpy.where(numpy.arange(products) % 10 == 0, taste, 1) * popularity
    orders = 1 + random.poisson(random.gamma(1, 1.5, customers) * numpy.where(kind, 1.5, 1))
    lines = 1 + random.poisson(0.8 * orders)
    customer = numpy.repeat(numpy.arange(customers), lines)
    product = numpy.where(
        kind[customer], random.choice(products, len(customer), p=liked / liked.sum()), random.choice(products, len(customer), p=popularity / popularity.sum())
    )
    day = (random.integers(1, 730, customers)[customer] * random.random(len(customer))).astype(int)
    chosen = random.choice(numpy.flatnonzero(kind), min(seeds, kind.sum()), replace=False)
    con.register("lines", {
        "customer": customer, "product": product, "day": day, "amount": numpy.round(random.lognormal(3, 0.8, len(customer)), 2),
        "seed": numpy.isin(customer, chosen),
    })
    return con.execute("""
        SELECT holdout_auc, lower, upper
        FROM audience.lookalike_quality('lines', customer, DATE '2024-12-31' - day::INTEGER, product, amount, seed)""").fetchall()[0]


def seasonality(con: duckdb.DuckDBPyConnection, random: Random) -> Iterator[list[str]]:
    """Customers of MBG/NBD whose days are as long as their month's index; the share of the twelve intervals that hold it."""
    christmas = numpy.array([0.9, 0.9, 0.95, 1, 1, 0.95, 0.9, 0.85, 0.95, 1, 1.2, 1.4])
    settings = [(300, 2, 1.0), (1_000, 1, 1.0), (1_000, 3, 1.0), (3_000, 2, 1.0), (300, 2, christmas), (1_000, 1, christmas), (1_000, 3, christmas), (3_000, 2, christmas)]
    for (customers, years, index), random in zip(settings, random.spawn(len(settings))):
        truth = numpy.ones(12) * index / numpy.mean(index)
        rows = []
        for _ in range(SHOPS // 2):
            con.register("orders", seasonal_orders(random, customers, years, truth))
            rows += con.execute("SELECT index_low - $1[month], index_high - $1[month] FROM audience.seasonality('orders', customer, day)",
                                [list(truth)]).fetchall()
        yield [f"{customers:,}", str(years), "no season" if numpy.ndim(index) == 0 else "Christmas", held(rows, 0)]
    gifts = numpy.array([0.6, 0.6, 0.8, 1, 1, 0.8, 0.6, 0.6, 0.8, 1, 1.8, 2.4])
    settings = [(1_000, 2, 0.1), (1_000, 2, 0.3), (3_000, 3, 0.1), (3_000, 3, 0.3)]
    for (customers, years, share), random in zip(settings, random.spawn(len(settings))):
        truth = christmas * gifts / numpy.mean(christmas * gifts)
        rows = []
        for _ in range(SHOPS // 4):
            orders = seasonal_orders(random, customers, years, christmas / numpy.mean(christmas))
            month = orders["day"].astype("datetime64[M]").astype(int) % 12
            orders["gift"] = random.random(len(month)) < share * gifts[month]
            con.register("orders", orders)
            rows += con.execute("""
                SELECT index_low - $1[month], index_high - $1[month]
                FROM audience.seasonality('orders', customer, day, label := CASE WHEN gift THEN 'gift' END) WHERE label IS NOT NULL""",
                                [list(truth)]).fetchall()
        yield [f"{customers:,}", str(years), f"a label of {share:.0%} at Christmas", held(rows, 0)]


def seasonal_orders(random: Random, customers: int, years: int, index: numpy.ndarray) -> dict[str, numpy.ndarray]:
    """Everybody begins on some day, buys at a rate of their own and may leave after each purchase."""
    end = numpy.datetime64("2025-12-31")
    days = numpy.arange(end - 365 * years - 40, end + 1)
    season = numpy.cumsum(index[days.astype("datetime64[M]").astype(int) % 12])
    customer, found = [], []
    for number in range(customers):
        rate, leaves = random.gamma(0.8, 1 / 60), random.beta(0.6, 2)
        now = season[int(random.random() ** 0.8 * len(days))]
        while now <= season[-1]:
            customer.append(number)
            found.append(days[numpy.searchsorted(season, now)])
            if random.random() < leaves:
                break
            now += random.exponential(1 / rate)
    return {"customer": numpy.array(customer), "day": numpy.array(found).astype("datetime64[us]")}


def priced_orders(random: Random, customers: int, years: int, spread: float) -> dict[str, numpy.ndarray]:
    """The same without seasons; amounts are log-normal, as are the usual amounts of the customers."""
    orders = seasonal_orders(random, customers, years, numpy.ones(12))
    usual = random.lognormal(3, 0.5, customers)[orders["customer"]]
    return orders | {"amount": usual * random.lognormal(-(spread**2) / 2, spread, len(usual))}


def cohort_forecast(con: duckdb.DuckDBPyConnection, random: Random) -> Iterator[list[str]]:
    """Shops that do not change: what the cohorts of a shop have spent half a year after as_of."""
    settings = [(300, 2, 0.3), (300, 2, 1.2), (3_000, 2, 0.3), (3_000, 2, 1.2)]
    for (customers, years, spread), random in zip(settings, random.spawn(len(settings))):
        rows = []
        for _ in range(SHOPS // 10):
            con.register("orders", priced_orders(random, customers, years, spread))
            rows += con.execute("""
                SELECT low - truth.cumulative_revenue_per_customer, high - truth.cumulative_revenue_per_customer
                FROM audience.cohort_forecast('orders', customer, day, amount, as_of := DATE '2025-06-30', ahead := 6) AS forecast
                JOIN audience.cohorts('orders', customer, day, amount, as_of := DATE '2025-12-31') AS truth USING (cohort, age)
                WHERE NOT observed AND period_end = DATE '2025-12-31'""").fetchall()
        yield [f"{customers:,}", f"amounts that vary by {spread}", f"{len(rows):,} cohorts", held(rows, 0)]


def expected_purchases_interval(con: duckdb.DuckDBPyConnection, random: Random) -> Iterator[list[str]]:
    """What customers of MBG/NBD bought within half a year."""
    for customers, random in zip([300, 3_000], random.spawn(2)):
        rows = []
        for _ in range(SHOPS // 10):
            con.register("orders", seasonal_orders(random, customers, 2, numpy.ones(12)))
            rows += con.execute("""
                WITH known AS (
                    SELECT customer, list(day::DATE) FILTER (day <= DATE '2025-06-30') AS days,
                           count(DISTINCT day) FILTER (day > DATE '2025-06-30') AS truth
                    FROM orders GROUP BY customer HAVING min(day) <= DATE '2025-06-30'
                )
                SELECT found.low - truth, found.high - truth
                FROM (SELECT truth, expected_purchases_interval(days, model, as_of, 184) AS found
                      FROM known, audience.purchase_model('orders', customer, day, as_of := DATE '2025-06-30'))""").fetchall()
        yield [f"{customers:,}", f"{len(rows):,} customers", held(rows, 0)]


def customer_values(con: duckdb.DuckDBPyConnection, random: Random) -> Iterator[list[str]]:
    """What customers of MBG/NBD were worth half a year later."""
    settings = [(300, 0.3), (300, 1.2), (3_000, 0.3), (3_000, 1.2)]
    for (customers, spread), random in zip(settings, random.spawn(len(settings))):
        rows = []
        for _ in range(SHOPS // 10):
            con.register("orders", priced_orders(random, customers, 2, spread))
            rows += con.execute("""
                SELECT value_low - truth, value_high - truth
                FROM audience.customer_values('orders', customer, day, amount, as_of := DATE '2025-06-30', value_days := 184)
                JOIN (SELECT customer AS customer_id, sum(amount) AS truth FROM orders GROUP BY customer) USING (customer_id)""").fetchall()
        # Sums of other orders of the same amounts differ in their last digits.
        below, above = (numpy.mean([side * row[end] > 1e-9 for row in rows]) for end, side in ((0, 1), (1, -1)))
        yield [f"{customers:,}", f"amounts that vary by {spread}", f"{len(rows):,} customers", f"{1 - below - above:.3f}", f"{below:.3f} below", f"{above:.3f} above"]


SIMULATED = {
    "cohort_forecast": cohort_forecast,
    "expected_purchases_interval": expected_purchases_interval,
    "customer_values": customer_values,
    "campaign_uplift": campaign_uplift,
    "trigger_results": trigger_results,
    "lapse_threshold": lapse_threshold,
    "lookalike_quality": lookalike_quality,
    "seasonality": seasonality,
}

if __name__ == "__main__":
    main()
