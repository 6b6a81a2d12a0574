"""Draw the charts of docs/ from what the functions say about the CDNOW orders.

usage: charts.py [DIRECTORY]

The charts are written as PNG files to docs/images, or to the directory given.
"""

import datetime
import os
import sys
from pathlib import Path

import duckdb
import matplotlib

matplotlib.use("Agg")
import matplotlib.dates as dates  # noqa: E402
import matplotlib.pyplot as plt  # noqa: E402
import numpy  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.patches import PathPatch, Rectangle  # noqa: E402
from matplotlib.path import Path as Outline  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
EXTENSION = Path(os.environ.get("AUDIENCE_EXTENSION", ROOT / "build/release/audience.duckdb_extension"))
ORDERS = ROOT / "build/testdata/cdnow_orders.csv"

# From lively to faint, told apart in grey as well.
COLOURS = {"Just Ordered": "#0b5563", "Active": "#4ba3a8", "Slipping Away": "#f2a541", "Lost": "#c9c9c9"}
INK, FAINT = "#222222", "#8a8a8a"
UNDER_TEXT = {"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 1.5}

MOVES = [datetime.date(1997, 6, 30), datetime.date(1997, 12, 31), datetime.date(1998, 6, 30)]
CUTOFF = datetime.date(1997, 12, 31)


def style() -> None:
    plt.rcParams.update({
        "figure.dpi": 160, "figure.facecolor": "white", "figure.constrained_layout.use": True,
        "font.family": "DejaVu Sans", "font.size": 9, "text.color": INK, "axes.labelcolor": INK,
        "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": FAINT,
        "axes.titlesize": 11, "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.titlepad": 12,
        "xtick.color": FAINT, "ytick.color": FAINT, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
    })


def connect() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"allow_unsigned_extensions": True})
    con.execute(f"LOAD '{EXTENSION}'")
    con.execute(f"CREATE TABLE orders AS FROM read_csv('{ORDERS}')")
    return con


def day(date: datetime.date) -> str:
    return f"{date.day} {date:%B %Y}"


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def history(con: duckdb.DuckDBPyConnection) -> Figure:
    rows = con.execute("""
        SELECT period_end, lifecycle_stage, customers, share
        FROM audience.lifecycle_history('orders', customer_id, order_date, amount, every := '1 week')""").fetchall()
    days = sorted({row[0] for row in rows})
    counts = {stage: [row[2] / 1000 for row in rows if row[1] == stage] for stage in COLOURS}
    figure, axes = plt.subplots(figsize=(8, 4.2))
    axes.stackplot(days, counts.values(), colors=COLOURS.values(), edgecolor="white", linewidth=0.4)
    below = 0.0
    last = {stage: share for period, stage, _, share in rows if period == days[-1]}
    for stage, values in counts.items():
        axes.annotate(f"{stage}  {percent(last[stage])}", (days[-1], below + values[-1] / 2), xytext=(6, 0),
                      textcoords="offset points", va="center", color=INK)
        below += values[-1]
    axes.set_xlim(days[0], days[-1])
    axes.set_ylim(0, below * 1.02)
    axes.xaxis.set_major_locator(dates.MonthLocator(bymonth=(1, 4, 7, 10)))
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(axes.xaxis.get_major_locator(), show_offset=False))
    axes.set_ylabel("thousand customers")
    axes.set_title("CDNOW: all customers came in one quarter; two thirds were lost half a year later")
    return figure


def flow(axes: Axes, left: float, right: float, y_left: float, y_right: float, height: float, colour: str) -> None:
    """A band of one height from a point on the left to a point on the right."""
    middle = (left + right) / 2
    points = [(left, y_left), (middle, y_left), (middle, y_right), (right, y_right),
              (right, y_right + height), (middle, y_right + height), (middle, y_left + height), (left, y_left + height)]
    codes = [Outline.MOVETO, *[Outline.CURVE4] * 3, Outline.LINETO, *[Outline.CURVE4] * 3]
    axes.add_patch(PathPatch(Outline(points, codes), facecolor=colour, alpha=0.45, linewidth=0))


def transitions(con: duckdb.DuckDBPyConnection) -> Figure:
    """Between two days each: everyone is drawn from the stage they had to the one they got."""
    steps = [con.execute("""
        SELECT from_stage, to_stage, customers
        FROM audience.lifecycle_transitions('orders', customer_id, order_date, ?::DATE, ?::DATE, amount := amount)
        WHERE from_stage IS NOT NULL""", [since, until]).fetchall() for since, until in zip(MOVES, MOVES[1:])]
    totals = [{stage: sum(n for old, _, n in steps[0] if old == stage) for stage in COLOURS}]
    totals += [{stage: sum(n for _, new, n in step if new == stage) for stage in COLOURS} for step in steps]
    everyone = sum(totals[0].values())
    gap, width = 0.035 * everyone, 0.055
    bottoms = []
    for column in totals:
        y, bottom = 0.0, {}
        for stage in reversed(COLOURS):
            bottom[stage] = y
            y += column[stage] + gap
        bottoms.append(bottom)
    figure, axes = plt.subplots(figsize=(8, 5))
    for x, step in enumerate(steps):
        leaving, arriving = dict(bottoms[x]), dict(bottoms[x + 1])
        order = list(reversed(COLOURS))
        for old, new, customers in sorted(step, key=lambda row: (order.index(row[0]), order.index(row[1]))):
            flow(axes, x + width, x + 1, leaving[old], arriving[new], customers, COLOURS[old])
            leaving[old] += customers
            arriving[new] += customers
    for x, (column, bottom) in enumerate(zip(totals, bottoms)):
        for stage, customers in column.items():
            axes.add_patch(Rectangle((x, bottom[stage]), width, customers, facecolor=COLOURS[stage], linewidth=0))
            where = {"xytext": (-6, 0), "ha": "right"} if x == 0 else {"xytext": (6, 0), "ha": "left"}
            name = f"{stage}  " if x in (0, len(totals) - 1) else ""
            axes.annotate(f"{name}{customers:,}", (x if x == 0 else x + width, bottom[stage] + customers / 2),
                          textcoords="offset points", va="center", bbox=UNDER_TEXT, **where)
        axes.text(x + width / 2, -0.03 * everyone, day(MOVES[x]), ha="center", va="top", color=INK)
    axes.set_xlim(-0.38, len(totals) - 1 + 0.48)
    axes.set_ylim(-0.1 * everyone, everyone + 3.5 * gap)
    axes.axis("off")
    axes.set_title("CDNOW, half a year on: most recent buyers slip away, one in nine of the lost is back")
    return figure


def cohorts(con: duckdb.DuckDBPyConnection) -> Figure:
    rows = con.execute("""
        SELECT cohort, age, customers, retention FROM audience.cohorts('orders', customer_id, order_date, amount)
        WHERE complete AND age > 0""").fetchall()
    names = sorted({row[0] for row in rows})
    sizes = {row[0]: row[2] for row in rows}
    ages = max(row[1] for row in rows)
    grid = numpy.full((len(names), ages), numpy.nan)
    for cohort, age, _, retention in rows:
        grid[names.index(cohort), age - 1] = retention
    figure, axes = plt.subplots(figsize=(8, 2.3))
    colours = matplotlib.colors.LinearSegmentedColormap.from_list("retention", ["#f3f7f7", COLOURS["Active"], COLOURS["Just Ordered"]])
    axes.imshow(grid, cmap=colours, vmin=0.04, vmax=0.16, aspect="auto")
    for (row, column), retention in numpy.ndenumerate(grid):
        if not numpy.isnan(retention):
            axes.text(column, row, f"{100 * retention:.0f}", ha="center", va="center", color="white" if retention > 0.105 else INK)
    axes.set_xticks(range(ages), range(1, ages + 1))
    axes.set_yticks(range(len(names)), [f"{name:%B %Y}\n{sizes[name]:,} customers" for name in names])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xticks(numpy.arange(ages + 1) - 0.5, minor=True)
    axes.set_yticks(numpy.arange(len(names) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="minor", length=0)
    axes.set_xlabel("% of the cohort who buy, by months after the month of the first purchase")
    axes.set_title("CDNOW: 15 % buy again in the next month, after a year 6 to 9 % a month")
    return figure


def calibration(con: duckdb.DuckDBPyConnection) -> Figure:
    rows = con.execute("""
        SELECT bucket, customers, predicted_return_rate, realised_return_rate
        FROM audience.backtest('orders', customer_id, order_date, amount, cutoff := ?::DATE) WHERE dimension = 'return_decile'""", [CUTOFF]).fetchall()
    customers, predicted, realised = (numpy.array([row[column] for row in rows], dtype=float) for column in (1, 2, 3))
    # Wilson (1927), 95 %.
    z = 1.96
    centre = (realised + z**2 / (2 * customers)) / (1 + z**2 / customers)
    margin = z / (1 + z**2 / customers) * numpy.sqrt(realised * (1 - realised) / customers + (z / (2 * customers)) ** 2)
    bars = numpy.clip([realised - (centre - margin), centre + margin - realised], 0, None)
    figure, axes = plt.subplots(figsize=(5.4, 5))
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=0.8, zorder=0)
    axes.errorbar(predicted, realised, yerr=bars, fmt="o", color=COLOURS["Just Ordered"], markersize=5, elinewidth=1.2)
    axes.annotate("bought = predicted", (0.62, 0.62), xytext=(3, -3), textcoords="offset points", rotation=45,
                  rotation_mode="anchor", ha="center", va="top", color=FAINT)
    axes.annotate("the six least likely tenths", (predicted[4:].max(), realised[4:].mean()), xytext=(12, -2),
                  textcoords="offset points", va="center")
    axes.set_xlim(0, 0.9)
    axes.set_ylim(0, 0.9)
    axes.set_aspect("equal")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(matplotlib.ticker.MultipleLocator(0.2))
        axis.set_major_formatter(matplotlib.ticker.PercentFormatter(1, symbol=" %"))
    axes.set_xlabel(f"predicted on {day(CUTOFF)}")
    axes.set_ylabel("bought within 180 days")
    axes.set_title("CDNOW, by tenths: likely buyers came as predicted,\nthose in between more often")
    return figure


CHARTS = {"lifecycle-history": history, "lifecycle-transitions": transitions, "cohorts": cohorts, "calibration": calibration}


def main() -> None:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/images"
    directory.mkdir(parents=True, exist_ok=True)
    style()
    with connect() as con:
        for name, draw in CHARTS.items():
            figure = draw(con)
            # Without the version of matplotlib in the file.
            figure.savefig(directory / f"{name}.png", metadata={"Software": None})
            plt.close(figure)
            print(directory / f"{name}.png")


if __name__ == "__main__":
    main()
