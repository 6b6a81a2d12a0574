"""scikit-learn and DeLong's own definition as peers of the ridge logistic regression and the interval of the AUC.

Both are tested in Rust against tests/golden; here those values are computed again. Run as a script, this file writes them.
"""

import csv
import math
from pathlib import Path

import numpy
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

GOLDEN = Path(__file__).resolve().parent.parent / "golden"

# (data, precision)
FITS = [("plain", 1.0), ("plain", 0.01), ("plain", 100.0), ("separated", 1.0), ("constant", 1.0), ("rare", 1.0), ("offset", 1.0)]

# The ovarian-cancer data of DeLong, DeLong & Clarke-Pearson (1988): albumin, total protein, K-G score, outcome.
PATIENTS = """
3.0 5.8 10 0  3.2 6.3 5 1  3.9 6.8 3 1  2.8 4.8 6 0  3.2 5.8 3 1  0.9 4.0 5 0  2.5 5.7 8 0  1.6 5.6 5 1  3.8 5.7 5 1
3.7 6.7 6 1  3.2 5.4 4 1  3.8 6.6 6 1  4.1 6.6 5 1  3.6 5.7 5 1  4.3 7.0 4 1  3.6 6.7 4 0  2.3 4.4 6 1  4.2 7.6 4 0
4.0 6.6 6 0  3.5 5.8 6 1  3.8 6.8 7 1  3.0 4.7 8 0  4.5 7.4 5 1  3.7 7.4 5 1  3.1 6.6 6 1  4.1 8.2 6 1  4.3 7.0 5 1
4.3 6.5 4 1  3.2 5.1 5 1  2.6 4.7 6 1  3.3 6.8 6 0  1.7 4.0 7 0  3.7 6.1 5 1  3.3 6.3 7 1  4.2 7.7 6 1  3.5 6.2 5 1
2.9 5.7 9 0  2.1 4.8 7 1  2.8 6.2 8 0  4.0 7.0 7 1  3.3 5.7 6 1  3.7 6.9 5 1  3.6 6.6 5 1"""


def examples(name: str) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The same as in tests/golden.rs."""
    state = 42

    def random() -> float:
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 11) / 2**53

    features, outcomes = [], []
    for _ in range(2000 if name == "rare" else 300):
        a, b, c, chance = random(), random(), random(), random()
        shared = [a, math.floor(10.0 * b), 1000.0 * c * c, a + b]
        likely = 0.1 + 0.5 * a + 0.3 * c
        row, outcome = {
            "plain": (shared, chance < likely),
            "separated": (shared, a > 0.6),
            "constant": ([a, 7.0, 1000.0 * c * c, a], chance < likely),
            "rare": (shared, chance < 0.01 * likely),
            "offset": ([1e6 + a, b, 1e-6 * c, a + b], chance < likely),
        }[name]
        features.append(row)
        outcomes.append(outcome)
    return numpy.array(features), numpy.array(outcomes)


def ridge_rows() -> list[dict]:
    rows = []
    for name, precision in FITS:
        features, outcomes = examples(name)
        standardised = StandardScaler().fit_transform(features)
        model = LogisticRegression(C=1 / precision, solver="newton-cholesky", tol=1e-13, max_iter=1000).fit(standardised, outcomes)
        values = {"intercept": model.intercept_[0]} | {str(j): weight for j, weight in enumerate(model.coef_[0])}
        values["first_probability"] = model.predict_proba(standardised[:1])[0, 1]
        rows += [
            {"source": "scikit-learn", "data": name, "precision": precision, "quantity": quantity, "expected": float(value), "tolerance": 1e-7}
            for quantity, value in values.items()
        ]
    return rows


def delong(positive: numpy.ndarray, negative: numpy.ndarray) -> dict[str, float]:
    """Equations 4 to 6 with the whole matrix of pairs."""
    pairs = (positive[:, None] > negative).astype(float) + 0.5 * (positive[:, None] == negative)
    error = math.sqrt(pairs.mean(axis=1).var(ddof=1) / len(positive) + pairs.mean(axis=0).var(ddof=1) / len(negative))
    auc = roc_auc_score([1] * len(positive) + [0] * len(negative), numpy.concatenate([positive, negative]))
    lower, upper = stats.norm.interval(0.95, loc=auc, scale=error)
    return {"auc": float(auc), "lower": max(0.0, float(lower)), "upper": min(1.0, float(upper))}


def samples() -> dict[str, tuple[numpy.ndarray, numpy.ndarray]]:
    numbers = numpy.array(PATIENTS.split(), dtype=float).reshape(-1, 4)
    scores = {"albumin": numbers[:, 0], "total_protein": numbers[:, 1], "kg_score": 10 - numbers[:, 2]}
    found = {name: (score[numbers[:, 3] == 1], score[numbers[:, 3] == 0]) for name, score in scores.items()}
    random = numpy.random.default_rng(1)
    found["ties"] = (random.integers(2, 8, 40).astype(float), random.integers(0, 6, 25).astype(float))
    found["few"] = (numpy.array([3.0, 9.5]), numpy.array([1.0, 4.0, 2.5]))
    return found


def auc_rows() -> list[dict]:
    def row(source: str, name: str, quantity: str, value: float, tolerance: float) -> dict:
        texts = [" ".join(f"{score:g}" for score in side) for side in samples()[name]]
        columns = {"source": source, "data": name, "positive": texts[0], "negative": texts[1]}
        return columns | {"quantity": quantity, "expected": value, "tolerance": tolerance}

    return [row("definition", name, *item, 1e-12) for name, sides in samples().items() for item in delong(*sides).items()]


FILES = {
    "ridge_logistic.csv": (
        ridge_rows,
        ["Logistic regression with a ridge penalty on standardised features; weights are numbered from 0.",
         "scikit-learn: LogisticRegression(C=1/precision) of 1.8.0; data and computation in tests/peers/test_lookalike_models.py."],
    ),
    "auc.csv": (
        auc_rows,
        ["The AUC and its 95 % interval after DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44.",
         "definition: all pairs, computed in tests/peers/test_lookalike_models.py, whose data are named there."],
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_golden_values_can_be_computed_again(name: str) -> None:
    with open(GOLDEN / name) as file:
        golden = list(csv.DictReader(line for line in file if not line.startswith("#")))
    computed = FILES[name][0]()
    keys = [key for key in computed[0] if key != "expected"]
    assert [[row[key] for key in keys] for row in golden] == [[str(row[key]) for key in keys] for row in computed]
    for was, now in zip(golden, computed):
        assert float(was["expected"]) == pytest.approx(now["expected"], abs=float(was["tolerance"]) / 10), now


def write() -> None:
    for name, (rows, comments) in FILES.items():
        rows = rows()
        with open(GOLDEN / name, "w") as file:
            file.writelines(f"# {comment}\n" for comment in comments)
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    write()
