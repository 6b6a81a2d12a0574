"""scipy and statsmodels as peers of campaign_uplift, hashlib as the peer of holdout_group."""

import hashlib
import math

import numpy
import pandas
import pytest
from scipy import stats
from statsmodels.stats.power import TTestIndPower, normal_sample_size_one_tail
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, samplesize_proportions_2indep_onetail

CONVERSION, REVENUE = "conversion_rate", "revenue_per_customer"


def uplift(con, treated: numpy.ndarray, held_out: numpy.ndarray) -> dict[str, dict]:
    """Everyone with revenue converted."""
    con.execute("CREATE OR REPLACE TABLE results(held_out BOOLEAN, revenue DOUBLE)")
    con.register("treated", {"revenue": treated})
    con.register("held", {"revenue": held_out})
    con.execute("INSERT INTO results SELECT false, revenue FROM treated UNION ALL SELECT true, revenue FROM held")
    rows = con.execute("FROM audience.campaign_uplift('results', held_out, revenue <> 0, revenue)").df()
    return {row.metric: row for row in rows.itertuples()}


def shop(seed: int, customers: int, rate: float, value: float, spread: float) -> numpy.ndarray:
    """Revenue per customer: most spend nothing, the others a log-normal amount."""
    random = numpy.random.default_rng(seed)
    return (random.random(customers) < rate) * numpy.round(random.lognormal(math.log(value), spread, customers), 2)


SHOPS = {
    "even": (shop(1, 5_000, 0.10, 40, 0.5), shop(2, 5_000, 0.08, 40, 0.5)),
    "uneven": (shop(3, 9_000, 0.05, 60, 1.2), shop(4, 1_000, 0.04, 50, 0.7)),
    "small": (shop(5, 40, 0.5, 20, 0.3), shop(6, 8, 0.5, 25, 0.3)),
    "tiny": (numpy.array([10.0, 0, 30.5]), numpy.array([5.0, 0])),
    "worse": (shop(7, 700, 0.1, 30, 0.5), shop(8, 600, 0.2, 30, 0.5)),
    "large amounts": (1e7 + shop(9, 3_000, 0.3, 10, 0.5), 1e7 + shop(10, 300, 0.3, 10, 0.5)),
    "one constant": (numpy.full(20, 7.0), shop(11, 50, 0.6, 7, 0.2)),
    "million": (shop(12, 1_000_000, 0.03, 35, 0.8), shop(13, 100_000, 0.029, 35, 0.8)),
}


@pytest.fixture(params=SHOPS.values(), ids=SHOPS.keys())
def groups(request) -> tuple[numpy.ndarray, numpy.ndarray]:
    return request.param


def test_conversion_is_newcombe(con, groups) -> None:
    treated, held_out = groups
    counts = [(numpy.count_nonzero(group), len(group)) for group in groups]
    found = uplift(con, treated, held_out)[CONVERSION]
    assert (found.treated, found.held_out) == (len(treated), len(held_out))
    assert found.uplift == counts[0][0] / counts[0][1] - counts[1][0] / counts[1][1]
    expected = confint_proportions_2indep(*counts[0], *counts[1], compare="diff", method="newcomb", alpha=0.05)
    assert (found.lower, found.upper) == pytest.approx(expected, rel=1e-11, abs=1e-15)


def newcombe_of_revenue(groups: tuple[numpy.ndarray, numpy.ndarray]) -> tuple[float, float] | None:
    """Wilson's limits of revenue in units of each group, put together as by Newcombe; None where revenue is no such share."""
    buyers = numpy.concatenate([group[group != 0] for group in groups])
    limits = []
    for group in groups:
        unit = ((group**2).sum() + 200 * (buyers**2).mean()) / (group.sum() + 200 * buyers.mean())
        if not 0 <= group.mean() / unit <= 0.5:
            return None
        limits.append(unit * numpy.array(proportion_confint(group.sum() / unit, len(group), method="wilson")))
    (low_1, high_1), (low_2, high_2) = limits
    mean_1, mean_2 = (group.mean() for group in groups)
    return (mean_1 - mean_2 - math.hypot(mean_1 - low_1, high_2 - mean_2), mean_1 - mean_2 + math.hypot(high_1 - mean_1, mean_2 - low_2))


def test_revenue_of_few_buyers_is_newcombe(con) -> None:
    for name in ("even", "uneven", "worse", "million"):
        found = uplift(con, *SHOPS[name])[REVENUE]
        expected = newcombe_of_revenue(SHOPS[name])
        assert (found.treated_mean, found.held_out_mean) == pytest.approx([group.mean() for group in SHOPS[name]], rel=1e-13)
        assert (found.lower, found.upper) == pytest.approx(expected, rel=1e-9), name


def test_revenue_of_everybody_is_welch(con) -> None:
    for name in ("small", "tiny", "large amounts", "one constant"):
        treated, held_out = SHOPS[name]
        assert newcombe_of_revenue((treated, held_out)) is None, name
        found = uplift(con, treated, held_out)[REVENUE]
        assert (found.treated_mean, found.held_out_mean) == pytest.approx((treated.mean(), held_out.mean()), rel=1e-13)
        expected = stats.ttest_ind(treated, held_out, equal_var=False).confidence_interval(0.95)
        # Some quantiles of scipy are good to 1e-10 only; numpy's means of large amounts round.
        tolerance = 1e-9 * (expected.high - expected.low)
        assert (found.lower, found.upper) == pytest.approx((expected.low, expected.high), rel=0, abs=tolerance)


def test_the_interval_covers_the_truth_in_95_of_100_cases(con) -> None:
    """1,000 pairs of groups with the same distribution; the standard deviation of the share is 0.7 %.

    Revenue is so skewed that Welch's interval would cover 90 %.
    """
    random = numpy.random.default_rng(20)
    covered = {CONVERSION: 0, REVENUE: 0}
    runs = 1_000
    for _ in range(runs):
        revenue = (random.random(500) < 0.1) * random.lognormal(3.5, 1, 500)
        for metric, row in uplift(con, revenue[:400], revenue[400:]).items():
            covered[metric] += row.lower <= 0 <= row.upper
    for metric, count in covered.items():
        assert 0.93 <= count / runs <= 0.97, metric


def test_customers_needed_for_conversion(con, groups) -> None:
    found = uplift(con, *groups)[CONVERSION]
    if found.uplift == 0:
        assert pandas.isna(found.needed_per_group)
        return
    expected = samplesize_proportions_2indep_onetail(found.uplift, found.held_out_mean, power=0.8, ratio=1, alpha=0.05)
    assert found.needed_per_group == max(2, math.ceil(expected))


def test_customers_needed_for_revenue(con, groups) -> None:
    treated, held_out = groups
    found = uplift(con, treated, held_out)[REVENUE]
    spread = math.sqrt(treated.var(ddof=1) + held_out.var(ddof=1))
    normal = normal_sample_size_one_tail(abs(found.uplift), 0.8, 0.025, std_null=spread, std_alternative=spread)
    assert 0 <= found.needed_per_group - normal < 2
    # The t test with both groups at the mean variance, as long as its solver converges.
    effect = abs(found.uplift) / spread * math.sqrt(2)
    if 0.005 < effect < 1.5:
        student = TTestIndPower().solve_power(effect_size=effect, alpha=0.05, power=0.8)
        assert abs(found.needed_per_group - student) < 1.1


def test_holdout_group_is_sha_256(con) -> None:
    names = ["spring", "Frühling 2026", "", "a\x1fb", "日本", "x" * 200]
    customers = ["42", "-7", "", " ", "Zoë", "a'b", "c" * 100, "123e4567-e89b-12d3-a456-426614174000"]
    for campaign in names:
        for customer in customers:
            digest = hashlib.sha256(f"{campaign}\x1f{customer}".encode()).digest()
            share = int.from_bytes(digest[:8], "big") / 2**64
            found = con.execute(
                "SELECT holdout_group($1, $2, $3), holdout_group($1, $2, $4)",
                [customer, campaign, share - 1e-15, share + 1e-15],
            ).fetchone()
            assert found == (False, True), (campaign, customer)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.2, 0.5, 0.9])
def test_holdout_groups_are_uniform_and_independent(con, share: float) -> None:
    """χ² of four campaigns together over 200,000 fixed customers: 16 cells, products of the share."""
    cells = con.execute(f"""
        SELECT h1, h2, h3, h4, count(*) AS customers
        FROM (SELECT holdout_group(i, 'spring', {share}) AS h1, holdout_group(i, 'summer', {share}) AS h2,
                     holdout_group(i, 'spring 2', {share}) AS h3, holdout_group(i, '2', {share}) AS h4 FROM range(200000) r(i))
        GROUP BY ALL""").fetchall()
    counts = {tuple(cell[:4]): cell[4] for cell in cells}
    observed, expected = [], []
    for number in range(16):
        cell = tuple(bool(number >> bit & 1) for bit in range(4))
        observed.append(counts.get(cell, 0))
        expected.append(200_000 * share ** sum(cell) * (1 - share) ** (4 - sum(cell)))
    # Cells that are too rare for the approximation are counted as one.
    common = [i for i in range(16) if expected[i] >= 5]
    rare = [sum(values) - sum(values[i] for i in common) for values in (observed, expected)]
    groups = [[values[i] for i in common] + [rest] * (rare[1] >= 5) for values, rest in zip((observed, expected), rare)]
    statistic = sum((o - e) ** 2 / e for o, e in zip(*groups))
    assert stats.chi2.sf(statistic, len(groups[0]) - 1) > 0.001
