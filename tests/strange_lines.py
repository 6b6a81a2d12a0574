"""Tables of order lines, from plain to hostile."""

EMPTY = "CREATE TABLE lines(customer_id INTEGER, order_date DATE, product VARCHAR, label VARCHAR)"
SOUND = "SELECT i % {customers} AS customer_id, DATE '2024-01-01' + (i * 7 % 300)::INTEGER AS order_date, 'p' || (i * i % 31) AS product, 'l' || (i * i % 31 % 4) AS label FROM range({lines}) r(i)"
PLENTY = f"CREATE TABLE lines AS {SOUND.format(customers=120, lines=900)}"

# Lines that need no error, and how many customers they have.
STRANGE = {
    "empty": (EMPTY, 0),
    "one line": (f"{EMPTY}; INSERT INTO lines VALUES (1, '2024-01-01', 'p', 'l0')", 1),
    "ten customers": (f"CREATE TABLE lines AS {SOUND.format(customers=10, lines=60)}", 10),
    "one product": ("CREATE TABLE lines AS SELECT i % 50 AS customer_id, DATE '2024-01-01' + (i % 200)::INTEGER AS order_date, 'p' AS product, 'l0' AS label FROM range(300) r(i)", 50),
    "one customer": ("CREATE TABLE lines AS SELECT 1 AS customer_id, DATE '2024-01-01' + (i % 200)::INTEGER AS order_date, 'p' || (i % 70) AS product, 'l' || (i % 4) AS label FROM range(300) r(i)", 1),
    "one label": (f"CREATE TABLE lines AS SELECT * REPLACE ('l0' AS label) FROM ({SOUND.format(customers=50, lines=300)})", 50),
    "no product": (f"CREATE TABLE lines AS SELECT * REPLACE (NULL::VARCHAR AS product) FROM ({SOUND.format(customers=50, lines=300)})", 50),
    "some products": (f"{PLENTY}; UPDATE lines SET product = NULL WHERE customer_id % 3 = 0", 120),
    "NULL everywhere": (f"{PLENTY}; INSERT INTO lines VALUES (NULL, '2024-01-01', 'p1', 'l0'), (7000, NULL, 'p1', 'l0'), (NULL, NULL, NULL, NULL), (8000, '2024-05-05', NULL, NULL)", 121),
    "one day": (f"CREATE TABLE lines AS SELECT * REPLACE (DATE '2024-01-01' AS order_date) FROM ({SOUND.format(customers=50, lines=300)})", 50),
    "infinite dates": (f"{PLENTY}; INSERT INTO lines VALUES (7000, 'infinity', 'p1', 'l0'), (7001, '-infinity', 'p1', 'l0')", 120),
    "years 1 and 9999": (f"{PLENTY}; INSERT INTO lines VALUES (7000, '0001-01-01', 'p1', 'l0'), (7001, '9999-12-31', 'p1', 'l0')", 121),
    "before Christ": (f"{PLENTY}; INSERT INTO lines VALUES (7000, '5877642-06-25 (BC)', 'p1', 'l0'), (3, '4000-01-01 (BC)', 'p1', 'l0')", 121),
    "future lines": (f"{PLENTY}; INSERT INTO lines SELECT 7000 + i, current_date + 3, 'p1', 'l0' FROM range(9) r(i)", 120),
    "one heavy customer": (f"{PLENTY}; INSERT INTO lines SELECT 7000, DATE '2020-01-01' + (i % 1500)::INTEGER, 'p' || (i * 31 % 997), 'l0' FROM range(100_000) r(i)", 121),
    "identical customers": ("CREATE TABLE lines AS SELECT c AS customer_id, DATE '2024-01-01' + 40 * k::INTEGER AS order_date, 'p' || k AS product, 'l' || (k % 2) AS label FROM range(50) a(c), range(6) b(k)", 50),
    "quotes, emoji and right-to-left": (
        f"{PLENTY}; UPDATE lines SET product = CASE WHEN hash(product) % 3 = 0 THEN '''\"; DROP -- %s {{}}' || product WHEN hash(product) % 3 = 1 THEN '👩‍👩‍👧 ' || product ELSE 'مصباح ' || product END, label = CASE label WHEN 'l0' THEN 'l0' ELSE '🧦''\"ש' || label END",
        120,
    ),
}
