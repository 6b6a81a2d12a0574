"""audience.lookalike_quality against what analysts build with scikit-learn: the centroid of tf-idf, and nearest neighbours.

On the made-up shop, for the buyers of each category, whose own products are left out, with the same customers hidden.
"""

import numpy
import pytest
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import roc_auc_score

import support

FOLDS, NEIGHBOURS = 5, 20


@pytest.fixture(scope="module")
def shop():
    with support.connect() as con:
        con.execute("CREATE TABLE lines AS FROM audience.demo_lines() WHERE status = 'completed' AND customer_id IS NOT NULL")
        yield con


def peers(con, category: str) -> tuple[float, float]:
    rows = con.execute("SELECT DISTINCT customer_id, product_id FROM lines WHERE category <> ?", [category]).fetchnumpy()
    customers, row = numpy.unique(rows["customer_id"], return_inverse=True)
    column = numpy.unique(rows["product_id"], return_inverse=True)[1]
    matrix = TfidfTransformer().fit_transform(sparse.csr_matrix((numpy.ones(len(row)), (row, column))))
    buyers = con.execute("SELECT DISTINCT customer_id FROM lines WHERE category = ?", [category]).fetchnumpy()["customer_id"]
    is_seed = numpy.isin(customers, buyers)
    seeds, others = numpy.flatnonzero(is_seed), numpy.flatnonzero(~is_seed)
    fold = numpy.arange(1, len(seeds) + 1) % FOLDS
    centroid, nearest = [], []
    for hidden in range(FOLDS):
        known, judged = matrix[seeds[fold != hidden]], matrix[numpy.concatenate([seeds[fold == hidden], others])]
        truth = numpy.arange(judged.shape[0]) < (fold == hidden).sum()
        centroid.append(roc_auc_score(truth, judged @ numpy.asarray(known.mean(axis=0)).ravel()))
        nearest.append(roc_auc_score(truth, numpy.sort((judged @ known.T).toarray(), axis=1)[:, -NEIGHBOURS:].mean(axis=1)))
    return float(numpy.mean(centroid)), float(numpy.mean(nearest))


def test_hidden_buyers_are_found_better_than_by_scikit_learn(shop) -> None:
    table = []
    for (category,) in shop.execute("SELECT DISTINCT category FROM lines ORDER BY category").fetchall():
        seed = f"customer_id IN (SELECT customer_id FROM lines WHERE category = '{category}')"
        call = f"'lines', customer_id, order_date, product_id, amount, {seed}, filter := category <> '{category}'"
        ours = shop.execute(f"SELECT holdout_auc FROM audience.lookalike_quality({call})").fetchall()[0][0]
        table.append((ours, *peers(shop, category)))
        print(category, *(f"{auc:.3f}" for auc in table[-1]))
    ours, centroid, nearest = numpy.mean(table, axis=0)
    print("mean", *(f"{auc:.3f}" for auc in (ours, centroid, nearest)))
    assert len(table) == 12
    assert ours > max(centroid, nearest)
