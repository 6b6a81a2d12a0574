"""What a shop's past adds to MBG/NBD, on the CDNOW orders: the fit and the scores, computed a second time with numpy."""

import datetime
import sys

import numpy
import pytest

import support

sys.path.append(str(support.ROOT / "benches/peers"))
import learned_peer  # noqa: E402

ORDERS = support.ROOT / "build/testdata/cdnow_orders.csv"
EPOCH = datetime.date(1970, 1, 1)
# The day, the horizon, whether seasons are wanted and how many windows have finished. A year is known from 1998 on.
CASES = [(datetime.date(1997, 12, 31), 180, True, 2), (datetime.date(1998, 3, 31), 90, True, 4), (datetime.date(1998, 3, 31), 90, False, 4),
         (datetime.date(1998, 6, 30), 120, True, 4)]


@pytest.fixture(scope="module")
def cdnow():
    with support.connect() as con:
        con.execute(f"CREATE TABLE orders AS FROM read_csv('{ORDERS}')")
        con.execute("CREATE VIEW lines AS SELECT customer_id AS customer, order_date AS day, amount FROM orders")
        yield con


@pytest.mark.parametrize("date, horizon, season, windows", CASES)
def test_the_fit_and_the_scores(cdnow, date: datetime.date, horizon: int, season: bool, windows: int) -> None:
    arguments = f"'orders', customer_id, order_date, amount, as_of := DATE '{date}', horizon_days := {horizon}, season := {season}"
    model = cdnow.execute(f"SELECT model FROM audience.purchase_model({arguments})").fetchone()[0]
    peer = learned_peer.MbgNbd(*(model[name] for name in ("r", "alpha", "a", "b", "typical_gap_days", "order_value")))
    as_of, log, found = (date - EPOCH).days, learned_peer.Log.read(cdnow), model["learned"]
    if season:
        peer = learned_peer.with_seasons(log, peer, as_of)
    assert (model["seasonal_index"] is not None) == (season and date.year == 1998) == (peer.seasons is not None)
    if peer.seasons is not None:
        assert list(model["seasonal_index"].values()) == pytest.approx(peer.seasons, abs=1e-9)
    learned = learned_peer.learn(log, peer, as_of, horizon)
    scores = learned_peer.Scores.of(log, peer, learned, as_of, horizon)
    factor, purchases = scores.expected_purchases(log, peer, as_of, 365)
    assert (found["horizon_days"], found["windows"]) == (horizon, windows) == (horizon, learned.windows)
    for name, *expected in zip(learned_peer.FEATURES, learned.means, learned.deviations, learned.weights):
        assert found[name] == pytest.approx(dict(zip(("mean", "deviation", "weight"), expected)), abs=1e-6), name
    assert found["level"] == pytest.approx(scores.level, abs=1e-6)
    assert found["purchases_factor"] == pytest.approx(factor, abs=1e-6)
    # CDNOW's numbers of customers are in their order.
    rows = cdnow.execute(f"SELECT return_probability, expected_purchases FROM audience.customers({arguments}) ORDER BY customer_id").fetchall()
    assert numpy.array(rows) == pytest.approx(numpy.column_stack([scores.moved, purchases]), abs=1e-6)
    assert all(purchases >= moved for moved, purchases in rows), "a year is longer than the horizon"
    if peer.seasons is not None:
        return
    # The level is MBG/NBD's.
    alone = cdnow.execute(f"""
        SELECT sum(return_probability), sum(expected_purchases) FROM audience.customers({arguments}, model := (
            SELECT {{'r': r, 'alpha': alpha, 'a': a, 'b': b, 'typical_gap_days': typical_gap_days, 'order_value': order_value}}
            FROM audience.purchase_model({arguments})))""").fetchone()
    assert tuple(numpy.sum(rows, axis=0)) == pytest.approx(alone, rel=1e-4)


def test_without_a_finished_window_it_is_mbg_nbd(cdnow) -> None:
    call = "'orders', customer_id, order_date, amount, as_of := DATE '1997-06-30'"
    (windows, customers, lessons, model), = cdnow.execute(
        f"SELECT learned_windows, learned_customers, lessons, model FROM audience.purchase_model({call})").fetchall()
    assert (windows, customers, lessons, model["learned"]) == (0, 0, None, None)
    rows = cdnow.execute(f"""
        SELECT return_probability, return_probability(history, model, DATE '1997-06-30', 180)
        FROM audience.customers({call})
        JOIN (SELECT customer_id, audience.purchase_history(order_date, amount) AS history FROM orders
              WHERE order_date <= DATE '1997-06-30' GROUP BY ALL) USING (customer_id),
             audience.purchase_model({call})""").fetchall()
    assert rows and all(found == alone for found, alone in rows)


def test_old_structs_score_as_mbg_nbd(cdnow) -> None:
    """A history without its days, and a model without what was learned."""
    call = "'orders', customer_id, order_date, amount, as_of := DATE '1997-12-31'"
    rows = cdnow.execute(f"""
        WITH shop AS (
            SELECT customer_id, audience.purchase_history(order_date, amount) AS history FROM orders
            WHERE order_date <= DATE '1997-12-31' GROUP BY ALL
        ), old AS (
            SELECT customer_id, history,
                   {{'purchases': history.purchases, 'first_order_date': history.first_order_date, 'last_order_date': history.last_order_date,
                     'fourth_last_order_date': history.fourth_last_order_date, 'revenue': history.revenue}} AS old_history,
                   model, {{'r': r, 'alpha': alpha, 'a': a, 'b': b, 'typical_gap_days': typical_gap_days, 'order_value': order_value}} AS old_model
            FROM shop, audience.purchase_model({call})
        )
        SELECT customer_id, return_probability(old_history, model, DATE '1997-12-31', 180), return_probability(history, old_model, DATE '1997-12-31', 180),
               return_probability(old_history, old_model, DATE '1997-12-31', 180), return_probability(history, model, DATE '1997-12-31', 180)
        FROM old""").fetchall()
    shown = dict(cdnow.execute(f"SELECT customer_id, return_probability FROM audience.customers({call})").fetchall())
    for who, a, b, c, learned in rows:
        assert a == b == c
        assert learned == shown[who]
    assert sum(row[1] != row[4] for row in rows) > 2000


def test_a_model_from_before_a_feature_scores_without_it(cdnow) -> None:
    """As where that feature did not vary, and a feature that every model has may not be left out."""
    day = "as_of := DATE '1997-12-31'"
    call = f"'orders', customer_id, order_date, amount, {day}"
    cdnow.execute(f"CREATE OR REPLACE TEMP TABLE stored AS SELECT model FROM audience.purchase_model({call})")
    features = ", ".join(f"{name} := model.learned.{name}" for name in learned_peer.FEATURES[:11])
    numbers = ", ".join(f"{name} := model.learned.{name}" for name in ("horizon_days", "windows", "level", "purchases_factor"))
    flat = ", ".join(f"{name} := {{mean: model.learned.{name}.mean, deviation: 0.0, weight: 0.0}}" for name in learned_peer.FEATURES[11:])
    fields = ", ".join(f"{name} := model.{name}" for name in ("r", "alpha", "a", "b", "typical_gap_days", "order_value", "seasonal_index"))

    def scores(learned: str) -> list[tuple]:
        cdnow.execute(f"CREATE OR REPLACE TEMP TABLE made AS SELECT struct_pack({fields}, learned := struct_pack({learned})) AS model FROM stored")
        return cdnow.execute(f"""
            SELECT customer_id, return_probability FROM audience.customers({call}, model := (SELECT model FROM made)) ORDER BY ALL""").fetchall()

    old = scores(f"{numbers}, {features}")
    assert old == scores(f"{numbers}, {features}, {flat}")
    assert old != cdnow.execute(f"SELECT customer_id, return_probability FROM audience.customers({call}) ORDER BY ALL").fetchall()
    with pytest.raises(Exception, match="needs learned.same_season, got NULL"):
        scores(f"{numbers}, {features.replace('same_season := model.learned.same_season', 'same_season := NULL')}")
