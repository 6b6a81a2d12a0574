"""`make bench BENCH=--intent-coefficients`: the constants of purchase intent, each varied around the chosen value.

On the targets and cut-offs for development, see intent_targets.py. The features and log odds are those of tests/intent_oracle.py,
the second implementation of the formulas, which the tests compare with the extension; so a constant can be varied without
building anything.

Two tables per shop. The first has what a pooled logistic regression over all targets and cut-offs, each with an intercept of its
own, gives for the coefficients of the log odds. The second has the change where one constant is another one, of the mean over
targets and cut-offs of AUC, lift in the top 5 % and log loss per customer, the last with the best intercept. Constants that
matter for those who never bought the target are judged on them, the others on those who bought it before.
"""

import sys
from dataclasses import dataclass, fields, replace

import duckdb
import numpy
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn.metrics import roc_auc_score

import recommend_coefficients
from intent_targets import DAYS, lift, prepare, shops
from measure import ROOT

sys.path.append(str(ROOT / "tests"))
from intent_oracle import CHOSEN, Coefficients, decayed, log_odds, log_ratio, per_breadth, presence, weights  # noqa: E402

NEW, BOUGHT = "never bought it", "bought it before"
# Of which customers a constant is judged, and its other values.
VARIED = {
    "pseudo_buyers": (NEW, (1, 2, 10, 20)),
    "product_half_life": (NEW, (1, 1.5, 3, 4)),
    "breadth_floor": (NEW, (0.03, 0.05, 0.2, 0.4)),
    "breadth_exponent": (NEW, (0, 0.3, 0.9, 1.2)),
    "presence_half_life": (NEW, (1, 2, 8, 16)),
    "least_presence": (NEW, (1 / 16, 1 / 128, 1 / 8192, 1 / 65536)),
    "ratio_floor": (NEW, (0.02, 0.05, 0.2, 0.5)),
    "new_similarity": (NEW, (0.8, 1.0, 1.6, 2.0)),
    "own_half_life": (BOUGHT, (1, 1.5, 3, 4)),
    "own": (BOUGHT, (1.0, 1.4, 2.4, 3.0)),
    "activity_half_life": (BOUGHT, (0.5, 0.75, 1.5, 2)),
    "activity": (BOUGHT, (0, 0.15, 0.45, 0.6)),
    "similarity": (BOUGHT, (0, 0.3, 0.9, 1.2)),
}
assert [field.name for field in fields(Coefficients)] == list(VARIED)


@dataclass
class Log:
    """What is known up to a cut-off: sparse matrices by customer, and the columns of each target's products."""

    age: csr_matrix  # by product: days since it was last bought, plus 1
    order_ages: csr_matrix  # 1 for every order day, by its age
    silence: numpy.ndarray
    targets: list[numpy.ndarray]
    target_ages: list[csr_matrix]
    outcomes: list[numpy.ndarray]

    def at(self, c: Coefficients):
        """By target: whether customers bought it, their features, and whether they did afterwards."""
        products = self.age.copy()
        products.data = decayed(products.data - 1, c.product_half_life * DAYS)
        has = self.age.astype(bool).astype(float)
        customers = has.shape[0]
        product_buyers = has.T @ numpy.ones(customers)
        breadth = per_breadth(products @ numpy.ones(products.shape[1]), c)
        ages = numpy.arange(self.order_ages.shape[1])
        activity = self.order_ages @ decayed(ages, c.activity_half_life * DAYS)
        present = presence(self.silence, DAYS, c)
        for members, target_ages, outcome in zip(self.targets, self.target_ages, self.outcomes):
            own = target_ages @ decayed(ages, c.own_half_life * DAYS)
            buyer = numpy.diff(target_ages.indptr) > 0
            both, buyers = has.T @ buyer.astype(float), buyer.sum()
            eligible = both > 0
            eligible[members] = False
            weight, without_self = numpy.zeros(len(both)), numpy.zeros(len(both))
            arguments = both[eligible], product_buyers[eligible]
            weight[eligible] = weights(*arguments, buyers, customers, c)
            without_self[eligible] = weights(*(a - 1 for a in arguments), buyers - 1, customers - 1, c)
            similarity = numpy.where(buyer, products @ without_self, products @ weight) * breadth
            yield buyer, similarity, own, activity, present, outcome


def read(con: duckdb.DuckDBPyConnection, cutoff: str) -> Log:
    con.execute(f"CREATE OR REPLACE TEMP TABLE known AS FROM lines WHERE day <= DATE '{cutoff}'")
    (customers,) = numpy.array(con.execute("SELECT DISTINCT customer FROM known ORDER BY customer").fetchall()).T
    place = {customer: i for i, customer in enumerate(customers.tolist())}

    def sparse(query: str, columns: int | None = None) -> csr_matrix:
        rows, column, values = numpy.array(con.execute(query).fetchall(), dtype=float).T
        rows = [place[row] for row in rows]
        return csr_matrix((values, (rows, column.astype(int))), shape=(len(place), columns or int(column.max()) + 1))

    age = f"DATE '{cutoff}' - day"
    days = con.execute(f"SELECT max({age}) + 1 FROM known").fetchone()[0]
    numbers = range(con.execute("SELECT max(number) + 1 FROM targets").fetchone()[0])
    buyers = f"SELECT DISTINCT customer, {{}} FROM lines JOIN targets USING (product) WHERE number = {{}} AND day "
    outcomes = []
    for number in numbers:
        later = con.execute(buyers.format("1", number) + f"> DATE '{cutoff}' AND day <= DATE '{cutoff}' + {DAYS}").fetchall()
        outcomes.append(numpy.isin(customers, [customer for customer, _ in later]))
    return Log(
        sparse(f"SELECT customer, item, min({age}) + 1 FROM known GROUP BY ALL"),
        sparse(f"SELECT DISTINCT customer, {age}, 1 FROM known", days),
        con.execute(f"SELECT min({age}) AS days FROM known GROUP BY customer ORDER BY customer").fetchnumpy()["days"],
        [con.execute(f"SELECT DISTINCT item FROM known JOIN targets USING (product) WHERE number = {number}").fetchnumpy()["item"]
         for number in numbers],
        [sparse(buyers.format(f"{age}, 1", number) + f"<= DATE '{cutoff}'", days) for number in numbers],
        outcomes,
    )  # fmt: skip


def with_intercept(odds: numpy.ndarray, outcome: numpy.ndarray, start: float = 0.0) -> float:
    """Where as many buyers are expected as there were, by Newton's method within a bracket."""
    low, high, intercept = -60.0, 60.0, start
    for _ in range(200):
        p = expit(odds + intercept)
        excess = p.sum() - outcome.sum()
        low, high = (low, intercept) if excess > 0 else (intercept, high)
        step = intercept - excess / max((p * (1 - p)).sum(), 1e-300)
        following = step if low < step < high else (low + high) / 2
        if abs(following - intercept) < 1e-9:
            break
        intercept = following
    return intercept


def inside(group: str, buyer: numpy.ndarray) -> numpy.ndarray:
    return buyer if group == BOUGHT else ~buyer


def measure(logs: list[Log], group: str, c: Coefficients) -> numpy.ndarray:
    """AUC, lift in the top 5 % and log loss in thousandths, the means over targets and cut-offs."""
    found = []
    for log in logs:
        for buyer, similarity, own, activity, present, outcome in log.at(c):
            among = inside(group, buyer)
            odds, outcome = log_odds(buyer, similarity, own, activity, present, c)[among], outcome[among]
            if not 0 < outcome.sum() < len(outcome):
                continue
            total = odds + with_intercept(odds, outcome)
            loss = numpy.logaddexp(0, numpy.where(outcome, -total, total)).mean()
            found.append([roc_auc_score(outcome, odds), lift(outcome.astype(float), odds, 0.05), 1000 * loss])
    return numpy.mean(found, axis=0)


def pooled(logs: list[Log], group: str) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The coefficients of one logistic regression over all targets and cut-offs, each with an intercept of its own, and their
    standard errors, by Newton's method."""
    cases = []
    for log in logs:
        for buyer, similarity, own, activity, present, outcome in log.at(CHOSEN):
            features = ([numpy.log(1 + own), log_ratio(activity), log_ratio(similarity)] if group == BOUGHT
                        else [log_ratio(similarity, present)])  # fmt: skip
            among = inside(group, buyer)
            if 0 < outcome[among].sum() < among.sum():
                cases.append((numpy.column_stack(features)[among], outcome[among]))
    coefficients = numpy.zeros(cases[0][0].shape[1])
    intercepts = [0.0] * len(cases)
    for _ in range(25):
        gradient, hessian = 0, 0
        for i, (features, outcome) in enumerate(cases):
            intercepts[i] = with_intercept(features @ coefficients, outcome, intercepts[i])
            p = expit(features @ coefficients + intercepts[i])
            weight = p * (1 - p)
            centred = features - weight @ features / weight.sum()
            gradient = gradient + features.T @ (outcome - p)
            hessian = hessian + (centred * weight[:, None]).T @ centred
        step = numpy.linalg.solve(hessian, gradient)
        coefficients = coefficients + step
        if numpy.abs(step).max() < 1e-8:
            break
    return coefficients, numpy.sqrt(numpy.diag(numpy.linalg.inv(hessian)))


def written(value: float) -> str:
    return f"1/{1 / value:.0f}" if 0 < value < 0.02 else f"{value:g}"


def table(rows: list[list[str]]) -> None:
    head, *body = rows
    print("\n".join("| " + " | ".join(row) + " |" for row in [head, ["---", *["---:"] * (len(head) - 1)], *body]) + "\n", flush=True)


def main() -> None:
    for shop in shops(developing=True):
        with duckdb.connect() as con:
            prepare(con, shop)
            logs = [read(con, cutoff) for cutoff in shop.cutoffs]
        print(f"\n{shop.title}: {len(logs[0].targets)} targets, cut-offs {', '.join(shop.cutoffs)}\n")
        regression, fitted = [["coefficient", "chosen", "regression", "standard error"]], CHOSEN
        for group, names in {NEW: ["new_similarity"], BOUGHT: ["own", "activity", "similarity"]}.items():
            for name, found, error in zip(names, *pooled(logs, group)):
                regression.append([f"`{name}`", written(getattr(CHOSEN, name)), f"{found:.2f}", f"{error:.2f}"])
                fitted = replace(fitted, **{name: found})
        table(regression)
        rows = [["constant", "value", "AUC", "top 5 %", "log loss, ‰"]]
        for group in (NEW, BOUGHT):
            chosen = measure(logs, group, CHOSEN)
            rows.append([f"chosen, customers who {group}", "", *(f"{value:.{digits}f}" for value, digits in zip(chosen, (4, 3, 2)))])
            others = [(name, written(value), replace(CHOSEN, **{name: value}))
                      for name, (judged_on, values) in VARIED.items() if judged_on == group for value in values]  # fmt: skip
            for name, value, other in [("coefficients", "of the regression", fitted), *others]:
                change = measure(logs, group, other) - chosen
                label = f"`{name}` {written(getattr(CHOSEN, name))}" if name in VARIED else name
                rows.append([label, value, *(f"{cell:+.{digits}f}" for cell, digits in zip(change, (4, 3, 2)))])
        table(rows)
        recommend_coefficients.report(shop)


if __name__ == "__main__":
    main()
