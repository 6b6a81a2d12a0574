"""`make bench BENCH=--truth`: who comes back, as the extension says it, beside other methods, on order logs that packages have.

Every method sees the log up to a cut-off and gives every customer's probability of at least one purchase within the horizon;
recency gives a ranking only. LightGBM learns from the same past windows as the learned layer, with more features. The layer is
computed twice: by the extension, and by learned_peer.py.
"""

import os

# Before numpy is loaded: the run is meant for one core.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import sys  # noqa: E402
import tempfile  # noqa: E402
import warnings  # noqa: E402
from pathlib import Path  # noqa: E402

import duckdb  # noqa: E402
import lightgbm  # noqa: E402
import numpy  # noqa: E402
from lifetimes import BetaGeoFitter, ParetoNBDFitter  # noqa: E402
from sklearn.metrics import average_precision_score, roc_auc_score  # noqa: E402

import learned_peer  # noqa: E402
from learned_peer import Log, MbgNbd, Past, Scores  # noqa: E402
from measure import ROOT, connect  # noqa: E402
from order_logs import OrderLog, cdnow, complete_journey, lifetimes_example, ta_feng  # noqa: E402
from run import print_table  # noqa: E402

MEASURES = ["AUC", "average precision", "Brier", "calibration error", "log loss"]
ALONE = "MBG/NBD alone"
# Where a log is long enough for the window after the cut-off and for one finished window before it.
HORIZONS = {"CDNOW": [30, 90, 180], "Complete Journey": [30, 92], "Ta Feng": [14, 28], "lifetimes' example": [30, 90]}
CUTOFFS = {"CDNOW": ["1997-06-30", "1997-09-30", "1997-12-31", "1998-03-31"]}
# Pareto/NBD takes seconds for a thousand customers.
FITTED_CUSTOMERS = 3000
WEEK = 7


def calibration_error(outcome: numpy.ndarray, p: numpy.ndarray) -> float:
    """As in audience.backtest_summary: over groups 1 + ⌊10 w / n⌋, where w of the n probabilities are lower."""
    _, value, counts = numpy.unique(p, return_inverse=True, return_counts=True)
    group = 10 * (numpy.cumsum(counts) - counts)[value] // len(p)
    return numpy.abs(numpy.bincount(group, p - outcome)).sum() / len(p)


def measures(outcome: numpy.ndarray, score: numpy.ndarray, is_probability: bool = True) -> list[float]:
    ranked = [roc_auc_score(outcome, score), average_precision_score(outcome, score)]
    if not is_probability:
        return ranked + 3 * [numpy.nan]
    p = score.clip(1e-4, 1 - 1e-4)
    return [*ranked, ((score - outcome) ** 2).mean(), calibration_error(outcome, score),
            -numpy.log(numpy.where(outcome, p, 1 - p)).mean()]


def purchase_model(con: duckdb.DuckDBPyConnection, cutoff: str) -> MbgNbd:
    return MbgNbd(*con.execute(f"""
        SELECT r, alpha, a, b, typical_gap_days, order_value
        FROM audience.purchase_model('lines', customer, day, amount := amount, as_of := DATE '{cutoff}')""").fetchone())


def extension(con: duckdb.DuckDBPyConnection, cutoff: str, horizon: int) -> numpy.ndarray:
    return con.execute(f"""
        SELECT return_probability FROM audience.customers('lines', customer, day, amount, as_of := DATE '{cutoff}', horizon_days := {horizon})
        ORDER BY customer_id""").fetchnumpy()["return_probability"]


class Rivals:
    """Models of lifetimes, fitted once per cut-off, in weeks."""

    def __init__(self, log: Log, as_of: int):
        past = Past.of(log, as_of)
        self.known = numpy.flatnonzero(past.purchases)
        self.x = (past.purchases - 1)[self.known]
        self.t = (past.last - past.first)[self.known] / WEEK
        self.age = (as_of - past.first)[self.known] / WEEK
        some = slice(None, None, max(1, len(self.known) // FITTED_CUSTOMERS))
        self.bg_nbd, self.pareto_nbd = BetaGeoFitter(penalizer_coef=0.001), ParetoNBDFitter(penalizer_coef=0.001)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.bg_nbd.fit(self.x, self.t, self.age)
            # It starts from a random point and can end in a bad one, so it has three tries.
            numpy.random.seed(1)
            self.pareto_nbd.fit(self.x[some], self.t[some], self.age[some], iterative_fitting=3)

    def probabilities(self, horizon: int) -> dict[str, numpy.ndarray]:
        r, alpha = self.bg_nbd.params_["r"], self.bg_nbd.params_["alpha"]
        alive = numpy.asarray(self.bg_nbd.conditional_probability_alive(self.x, self.t, self.age))
        bg_nbd = alive * -numpy.expm1(-(r + self.x) * numpy.log1p(horizon / WEEK / (alpha + self.age)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            none = self.pareto_nbd.conditional_probability_of_n_purchases_up_to_time(0, horizon / WEEK, self.x, self.t, self.age)
        # Its hypergeometric function overflows for a few who buy most: 12 of 2,400 households.
        return {"BG/NBD": bg_nbd, "Pareto/NBD": numpy.where(numpy.isnan(none), bg_nbd, 1 - numpy.asarray(none))}


def boosted(log: Log, model: MbgNbd, as_of: int, horizon: int) -> numpy.ndarray | None:
    """LightGBM on the layer's features and three more, without the layer's offset and level."""
    value = log.mean_value(as_of)

    def rows(day: int) -> tuple[numpy.ndarray, numpy.ndarray]:
        known, found = learned_peer.features(log, model, day, horizon, value)
        past = Past.of(log, day)
        more = [past.last - past.first, past.longest_gap, log.count(day - 180, day)]
        return known, numpy.column_stack([found, *(column[known] for column in more)])

    windows = []
    for day in learned_peer.window_starts(log.first_day(), as_of, horizon):
        known, found = rows(day)
        windows.append((found, log.count(day, day + horizon)[known] > 0))
    if not windows:
        return None
    trees = lightgbm.LGBMClassifier(n_estimators=150, learning_rate=0.05, num_leaves=15, min_child_samples=50, random_state=1,
                                    n_jobs=1, deterministic=True, verbose=-1)
    trees.fit(*(numpy.concatenate(part) for part in zip(*windows)))
    return trees.predict_proba(rows(as_of)[1])[:, 1]


def study(con: duckdb.DuckDBPyConnection, log: Log, cutoff: str, horizons: list[int]) -> dict[int, dict[str, list[float]]]:
    """The measures by horizon and method, of the horizons that are over before the log ends and were over once before the cut-off."""
    as_of = int(numpy.datetime64(cutoff, "D").astype(int))
    horizons = [days for days in horizons if as_of + days <= log.day.max() and learned_peer.window_starts(log.first_day(), as_of, days)]
    model, rivals = purchase_model(con, cutoff), Rivals(log, as_of)
    results = {}
    for horizon in horizons:
        print(f"measuring {cutoff}, {horizon} days", file=sys.stderr)
        seasonal = learned_peer.with_seasons(log, model, as_of)
        scores = Scores.of(log, seasonal, learned_peer.learn(log, seasonal, as_of, horizon), as_of, horizon)
        outcome = log.count(as_of, as_of + horizon)[scores.known] > 0
        ours = extension(con, cutoff, horizon)
        assert len(ours) == len(scores.known)
        probabilities = {ALONE: scores.alone, "learned: extension": ours, "learned: numpy": scores.moved,
                         "LightGBM": boosted(log, model, as_of, horizon), **rivals.probabilities(horizon)}
        silence = as_of - Past.of(log, as_of).last[scores.known]
        results[horizon] = {name: measures(outcome, p) for name, p in probabilities.items()}
        results[horizon]["recency"] = measures(outcome, -silence, is_probability=False)
    return results


def by_method(cells: list[dict[str, list[float]]]) -> dict[str, numpy.ndarray]:
    return {name: numpy.array([cell[name] for cell in cells]) for name in cells[0]}


def show_means(title: str, found: dict[str, numpy.ndarray]) -> None:
    print(f"\n{title}\n")
    print_table(["", *MEASURES], [[name, *("" if numpy.isnan(mean) else f"{mean:.4f}" for mean in values.mean(axis=0))]
                                  for name, values in found.items()])


def show_differences(found: dict[str, numpy.ndarray]) -> None:
    """Paired with MBG/NBD alone: the mean and its standard error, how often better, and the worst."""
    rows = []
    for name, values in found.items():
        if name == ALONE:
            continue
        cells = [name]
        for sign, difference in zip([1, 1, -1, -1, -1], (values - found[ALONE]).T):
            error = difference.std(ddof=1) / numpy.sqrt(len(difference))
            better, worst = (sign * difference > 0).mean(), sign * (sign * difference).min()
            cells.append("" if numpy.isnan(error) else f"{difference.mean():+.4f} ± {error:.4f}, {100 * better:.0f} %, {worst:+.4f}")
        rows.append(cells)
    print(f"\nless {ALONE}: mean ± standard error, share better, worst\n")
    print_table(["", *MEASURES], rows)


def run(log: OrderLog) -> list[dict[str, list[float]]]:
    with connect() as con:
        con.execute("SET threads = 1")
        con.execute(f"CREATE TABLE lines AS {log.lines}")
        purchases = Log.read(con)
        results = {}
        for cutoff in CUTOFFS.get(log.title, log.cutoffs):
            results |= {(cutoff, days): cell for days, cell in study(con, purchases, cutoff, HORIZONS[log.title]).items()}
    found = by_method(list(results.values()))
    show_means(f"{log.title}, {purchases.customers():,} customers: means over {len(results)} cut-offs and horizons", found)
    show_differences(found)
    print(f"\nAUC and Brier by cut-off and horizon: {ALONE}, extension, numpy\n")
    print_table(["", "AUC", "", "", "Brier", "", ""], [
        [f"{cutoff}, {days} days", *(f"{cell[name][measure]:.4f}" for measure in (0, 2) for name in list(cell)[:3])]
        for (cutoff, days), cell in results.items()])
    return list(results.values())


def main() -> None:
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="truth-", dir=ROOT / "build") as directory:
        real = [run(log) for log in (cdnow(), complete_journey(), ta_feng(Path(directory)))]
        # Made up, so not among the means.
        run(lifetimes_example())
    show_means("Mean over the three real logs, each counting for one",
               by_method([{name: values.mean(axis=0) for name, values in by_method(cells).items()} for cells in real]))
    print(f"\nAll {sum(map(len, real))} cut-offs and horizons of the real logs")
    show_differences(by_method([cell for cells in real for cell in cells]))


if __name__ == "__main__":
    main()
