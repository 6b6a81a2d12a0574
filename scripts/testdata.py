"""Write the public CDNOW data that the `lifetimes` package carries as CSV files.

usage: testdata.py DIRECTORY

cdnow_orders.csv         every order of the 23,570 customers who first bought in early 1997
cdnow_sample_weeks.csv   frequency, recency and T in weeks of the 1/10 sample, as Fader, Hardie & Lee (2005) fit it
"""

import csv
import sys
from importlib.util import find_spec
from pathlib import Path


def datasets() -> Path:
    """Found without importing lifetimes, whose own dependencies need not be there."""
    spec = find_spec("lifetimes")
    if spec is None or spec.origin is None:
        raise SystemExit("the package lifetimes is not installed")
    return Path(spec.origin).parent / "datasets"


def write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def orders(source: Path) -> list[list[str]]:
    """Lines are `customer yyyymmdd quantity amount`, below a heading."""
    rows = []
    for line in source.read_text().splitlines()[1:]:
        if line.strip():
            customer, day, quantity, amount = line.split()
            rows.append([str(int(customer)), f"{day[:4]}-{day[4:6]}-{day[6:]}", amount, quantity])
    return rows


def main() -> None:
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    source = datasets()
    header = ["customer_id", "order_date", "amount", "quantity"]
    write(directory / "cdnow_orders.csv", header, orders(source / "CDNOW_master.txt"))
    with (source / "cdnow_customers_summary.csv").open(newline="") as file:
        rows = [[row["frequency"], row["recency"], row["T"]] for row in csv.DictReader(file)]
    write(directory / "cdnow_sample_weeks.csv", ["frequency", "recency", "T"], rows)


if __name__ == "__main__":
    main()
