"""What comparing audiences costs, beside one plain count of the same members."""

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
    Candidate("self join instead of audience_overlap", """
        WITH sizes AS (SELECT audience, count(*) AS customers FROM members GROUP BY audience),
             shared AS (SELECT a.audience AS audience_a, b.audience AS audience_b, count(*) AS both_
                        FROM members a JOIN members b ON a.customer_id = b.customer_id AND a.audience < b.audience GROUP BY ALL)
        FROM shared JOIN sizes a ON a.audience = audience_a JOIN sizes b ON b.audience = audience_b"""),
]


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
        rows = con.execute("SELECT count(*) FROM members").fetchone()[0]
    return rows
