"""Order tables made in SQL by hashing: the same on every run, and no file to download."""

# Orders per customer: 1 + the cube of a normal variable, scaled to a mean of ten. As in real shops (and in the
# negative binomial), two fifths buy once and a few buy hundreds of times.
SKEWED = "1 + floor(({mean} - 0.5) * 0.627 * abs(__normal) ** 3)"
# The same number for everybody.
EQUAL = "{mean}"

IN_DATE_ORDER = "order_date"
IN_RANDOM_ORDER = "hash(customer_id * 4093 + order_number)"


def order_table(customers: int, mean: int, counts: str = SKEWED, ordering: str = IN_DATE_ORDER) -> str:
    """The query for an order table over three years: everybody joins on some day and orders until the end, or until
    they lose interest."""
    return f"""
    WITH __uniform AS (
        SELECT c,
               (hash(c * 4 + 0) >> 11) / 9007199254740992.0 AS __u0,
               (hash(c * 4 + 1) >> 11) / 9007199254740992.0 AS __u1,
               (hash(c * 4 + 2) >> 11) / 9007199254740992.0 AS __u2,
               (hash(c * 4 + 3) >> 11) / 9007199254740992.0 AS __u3
        FROM range({customers}) __customers(c)
    ), __people AS (
        SELECT c, sqrt(-2 * ln(1 - __u0)) * cos(2 * pi() * __u1) AS __normal,
               floor(1095 * __u2) AS __joined,
               (1095 - floor(1095 * __u2)) * least(1, 0.2 + 1.6 * __u3) AS __days
        FROM __uniform
    ), __counted AS (
        SELECT c, __joined, __days, ({counts.format(mean=mean)})::BIGINT AS __orders FROM __people
    ), __orders AS (
        SELECT c + 1 AS customer_id,
               unnest(range(__orders)) AS order_number,
               __joined, __days
        FROM __counted
    ), __log AS (
        SELECT customer_id, order_number,
               DATE '2022-01-01' + (__joined + __days * (hash(customer_id * 8191 + order_number) % 65536) / 65536.0)::INTEGER AS order_date,
               (exp(3.5 + (hash(customer_id * 131071 + order_number) % 1000) / 500.0 - (hash(customer_id) % 1000) / 1000.0))::DECIMAL(10, 2) AS amount
        FROM __orders
    )
    SELECT customer_id, order_date, amount FROM __log ORDER BY {ordering}"""


def line_table(lines: int, customers: int, products: int) -> str:
    """The query for order lines over two years. Few customers have most lines, few products most buyers; three lines of five are
    from three of twenty categories that the customer likes. Five lines on end are of one day."""
    return f"""
    WITH __uniform AS (
        SELECT c, (hash(c * 4) >> 11) / 9007199254740992.0 AS __u0, (hash(c * 4 + 1) >> 11) / 9007199254740992.0 AS __u1
        FROM range({customers}) __customers(c)
    ), __counted AS (
        SELECT c, (1 + floor(({lines / customers} - 0.5) * 0.627 * abs(sqrt(-2 * ln(1 - __u0)) * cos(2 * pi() * __u1)) ** 3))::BIGINT AS __lines
        FROM __uniform
    ), __rows AS (
        SELECT c, unnest(range(__lines)) AS i FROM __counted
    ), __drawn AS (
        SELECT c, i, hash(c * 1048583 + i) AS h, (hash(c * 1048583 + i + 77777777777) >> 11) / 9007199254740992.0 AS u FROM __rows
    ), __chosen AS (
        SELECT c, i, u, CASE WHEN h % 10 < 6 THEN hash(c * 7 + (h // 10) % 3) % 20 ELSE (h // 10) % 20 END AS __category FROM __drawn
    )
    SELECT c + 1 AS customer_id,
           DATE '2024-01-01' + (hash(c * 31 + i // 5) % 730)::INTEGER AS order_date,
           'P' || lpad((__category + 20 * floor({products // 20} * u * u * u))::BIGINT::VARCHAR, 6, '0') AS product_id,
           'C' || __category AS category,
           1 + (hash(i) % 90) AS amount
    FROM __chosen ORDER BY order_date"""
