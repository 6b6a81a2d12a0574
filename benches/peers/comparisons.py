"""What comparing audiences costs, beside one plain count of the same members, and their history beside one
audience.customers."""

from collections.abc import Callable
from pathlib import Path

from candidates import CUSTOMERS, Candidate
from data import IN_DATE_ORDER, SKEWED, order_table
from measure import connect

AUDIENCES, MEMBERS = 100, 1_000_000

# Reading the members and counting them: the least that a comparison has to do.
FLOOR = "SELECT audience, count(*) AS customers FROM members GROUP BY audience"

COMPARISONS = [
    Candidate("audience.audience_summary", "FROM audience.audience_summary('members', 'scored')"),
    Candidate("audience.audience_overlap", "FROM audience.audience_overlap('members')"),
    Candidate("audience.audience_changes", "FROM audience.audience_changes('members', 'members_later')"),
]

# Two years of a shop's growth, ten audiences; beside one audience.customers of its end.
HISTORY = Candidate("audience.audience_history", "FROM audience.audience_history('orders', customer_id, order_date, amount, 'segments', until := DATE '2023-12-31')")
HISTORY_FLOOR = "FROM audience.customers('orders', customer_id, order_date, amount, as_of := DATE '2023-12-31')"


def run(directory: Path, print_ratios: Callable) -> None:
    path = directory / "members.duckdb"
    members = make_members(path)
    print(f"\n{members:,} members of {AUDIENCES} audiences, {MEMBERS:,} customers; floor: GROUP BY audience with count\n")
    print_ratios(str(path), FLOOR, COMPARISONS, 3, memory=True)
    print("\n24 months, 10 audiences; floor: audience.customers\n")
    print_ratios(str(path), HISTORY_FLOOR, [HISTORY], 2, memory=True)


def make_members(path: Path, customers: int = MEMBERS) -> int:
    """A database with `members`, the same a day later, and `scored`; returns how many members there are. The audiences
    hold 1 to 50 % of the customers, independently, so that everybody is in 25 of them on average."""
    path.unlink(missing_ok=True)
    with connect() as con:
        con.execute(f"ATTACH '{path}' AS bench; USE bench")
        con.execute(f"CREATE TABLE orders AS {order_table(customers, 10, SKEWED, IN_DATE_ORDER)}")
        con.execute(f"CREATE TABLE scored AS {CUSTOMERS.query}")
        for name, churn in (("members", 0), ("members_later", 1)):
            # A customer in a hundred is drawn anew.
            con.execute(f"""
                CREATE TABLE {name} AS
                SELECT format('audience {{:03d}}', a) AS audience, customer_id
                FROM range({AUDIENCES}) r(a), scored
                WHERE hash(customer_id * 1000 + a + CASE WHEN hash(customer_id) % 100 = 0 THEN {churn} * 500 ELSE 0 END) % 200 <= a""")
        con.execute("""
            CREATE TABLE segments AS
            SELECT 'audience ' || i AS name,
                   format('{{"all": [{{"column": "lifecycle_stage", "=": "{}"}}, {{"column": "revenue", ">": {}}}, {{"column": "last_order_date", "within_last_days": {}}}]}}',
                          ['Just Ordered', 'Active', 'Slipping Away', 'Lost'][1 + i % 4], i * 10, 30 * (1 + i % 9)) AS definition
            FROM range(10) r(i)""")
        rows = con.execute("SELECT count(*) FROM members").fetchone()[0]
    return rows
