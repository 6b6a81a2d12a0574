"""`make bench BENCH=--order-value`: to which centre of the shop the order value of a customer should be drawn.

Every customer's next order value is predicted as (revenue + centre) / (purchases + 1) from what was known at a cut-off, and held
against what those who came back within the next 90 days paid per purchase. And what becomes of the centre, and of the VIPs, when
an account joins that is nothing like the others, and when an amount is mistyped.
"""

import duckdb
import numpy
from scipy.optimize import minimize
from scipy.special import gammaln
from scipy.stats import spearmanr

from measure import connect
from order_logs import order_logs
from run import print_table

DAYS = 90
CENTRES = {
    "mean of all purchases": lambda revenue, purchases: revenue.sum() / purchases.sum(),
    "mean of the customers' means": lambda revenue, purchases: (revenue / purchases).mean(),
    "the same, 1 % winsorised": lambda revenue, purchases: winsorised(revenue / purchases, 0.01),
    "the same, 5 % winsorised": lambda revenue, purchases: winsorised(revenue / purchases, 0.05),
    "the same, at most 3 medians": lambda revenue, purchases: numpy.minimum(revenue / purchases, 3 * numpy.median(revenue / purchases)).mean(),
    "their geometric mean": lambda revenue, purchases: numpy.exp(numpy.log((revenue / purchases)[revenue > 0]).mean()),
    "their median (chosen)": lambda revenue, purchases: numpy.median(revenue / purchases),
}


def winsorised(values: numpy.ndarray, share: float) -> float:
    """The mean, with the smallest and the largest, at least one of each, as small and as large as the next."""
    ranked = numpy.sort(values)
    cut = max(1, int(share * len(ranked)))
    return numpy.clip(ranked, ranked[cut], ranked[-cut - 1]).mean()


def gamma_gamma(revenue: numpy.ndarray, purchases: numpy.ndarray) -> tuple[float, float, float]:
    """p, q and gamma of Fader & Hardie (2013) by maximum likelihood."""
    paid = revenue > 0
    x, mean = purchases[paid], revenue[paid] / purchases[paid]

    def loss(logarithms: numpy.ndarray) -> float:
        p, q, gamma = numpy.exp(logarithms)
        return -(gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * numpy.log(gamma) + (p * x - 1) * numpy.log(mean)
                 + p * x * numpy.log(x) - (p * x + q) * numpy.log(gamma + x * mean)).mean()

    return tuple(numpy.exp(minimize(loss, [1.0, 1.0, 3.0], method="Nelder-Mead", options={"maxfev": 5000}).x))


def predictions(revenue: numpy.ndarray, purchases: numpy.ndarray) -> dict[str, numpy.ndarray]:
    values = {name: (revenue + centre(revenue, purchases)) / (purchases + 1) for name, centre in CENTRES.items()}
    p, q, gamma = gamma_gamma(revenue, purchases)
    values["gamma-gamma"] = p * (gamma + revenue) / (p * purchases + q - 1)
    values["no centre: the own mean"] = revenue / purchases
    return values


def measures(predicted: numpy.ndarray, known: dict[str, numpy.ndarray]) -> list[float]:
    came = (known["next_purchases"] > 0) & (known["next_revenue"] > 0)
    real = known["next_revenue"][came] / known["next_purchases"][came]
    error = numpy.abs(numpy.log(numpy.maximum(predicted[came], 0.01) / real))
    once = known["purchases"][came] == 1
    spent = predicted[came] * known["next_purchases"][came]
    return [error.mean(), error[once].mean(), spearmanr(predicted[came], real)[0], spent.sum() / known["next_revenue"][came].sum()]


def vips(con: duckdb.DuckDBPyConnection, lines: str) -> tuple[int, int]:
    """How many there are, and how many there would be if everybody counted in full instead of for 20 medians at most."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE shop AS {lines}")
    found = con.execute("""
        SELECT importance_tier = 'VIP' AS vip, purchases > 1 AS repeat, customer_value AS value
        FROM audience.importance_tier('shop', customer, day, amount) ORDER BY value DESC""").fetchnumpy()
    repeaters = found["value"][found["repeat"]]
    held = numpy.cumsum(repeaters) - repeaters
    needed = (held < 0.2 * found["value"].sum()) | (numpy.arange(len(repeaters)) < 0.01 * len(found["value"]))
    return found["vip"].sum(), (needed & (repeaters > numpy.median(repeaters))).sum()


def main() -> None:
    moved, tiers = [], []
    for log in order_logs():
        rows: dict[str, list[list[float]]] = {}
        with connect() as con:
            con.execute(f"CREATE TABLE lines AS {log.lines}")
            for cutoff in log.cutoffs:
                con.execute(f"CREATE OR REPLACE TABLE before AS FROM lines WHERE day <= DATE '{cutoff}'")
                known = con.execute(f"""
                    SELECT count(DISTINCT day) FILTER (day <= DATE '{cutoff}' AND amount >= 0) AS purchases,
                           coalesce(sum(amount) FILTER (day <= DATE '{cutoff}'), 0)::DOUBLE AS revenue,
                           count(DISTINCT day) FILTER (day > DATE '{cutoff}' AND day <= DATE '{cutoff}' + {DAYS} AND amount >= 0) AS next_purchases,
                           coalesce(sum(amount) FILTER (day > DATE '{cutoff}' AND day <= DATE '{cutoff}' + {DAYS}), 0)::DOUBLE AS next_revenue
                    FROM lines WHERE customer IS NOT NULL GROUP BY customer HAVING purchases > 0""").fetchnumpy()
                purchases, revenue = known["purchases"].astype(float), known["revenue"]
                ours = con.execute("SELECT order_value FROM audience.purchase_model('before', customer, day, amount)").fetchone()[0]
                assert numpy.isclose(ours, CENTRES["their median (chosen)"](revenue, purchases)), "the table is about the extension"
                for name, predicted in predictions(revenue, purchases).items():
                    rows.setdefault(name, []).append(measures(predicted, known))
        print(f"\n{log.title}: {len(purchases):,} customers at the last of {', '.join(log.cutoffs)}; {DAYS} days\n")
        print_table(["", "error", "once", "rank", "forecast"],
                    [[name, *(f"{value:.3f}" for value in numpy.mean(found, axis=0))] for name, found in rows.items()])
        many = len(purchases) * 6 // 100
        changed = {
            "as it is": (revenue, purchases),
            "a wholesaler": (numpy.append(revenue, 230 * 50_000), numpy.append(purchases, 230)),
            "a typo": (revenue + 1e6 * (numpy.arange(len(revenue)) == 0), purchases),
            "6 % wholesalers": (numpy.append(revenue, [23 * 50_000] * many), numpy.append(purchases, [23] * many)),
        }
        with connect() as con:
            con.execute(f"CREATE TABLE lines AS {log.lines}")
            wholesaler = "SELECT -1, (SELECT max(day) FROM lines) - k::INTEGER, 50000 FROM range(230) r(k)"
            typo = "SELECT customer, day, amount + CASE WHEN row_number() OVER (ORDER BY customer, day) = 1 THEN 1e6 ELSE 0 END AS amount FROM lines WHERE amount >= 0"
            for name, shop in {"as it is": "FROM lines", "a wholesaler": f"FROM lines UNION ALL {wholesaler}", "a typo": typo}.items():
                tiers.append([f"{log.title}: {name}", *map(str, vips(con, shop))])
        for name, centre in CENTRES.items():
            moved.append([f"{log.title}: {name}", *(f"{centre(*shop):,.2f}" for shop in changed.values())])
    print("\nThe centre with one wholesaler (230 purchases of 50,000), with 1,000,000 too much for somebody, with 6 % wholesalers "
          "(23 purchases)\n")
    print_table(["", *changed], moved)
    print("\nVIPs of the whole log, and how many if everybody counted in full\n")
    print_table(["", "VIPs", "in full"], tiers)


if __name__ == "__main__":
    main()
