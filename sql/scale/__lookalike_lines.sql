-- One row per order line of a customer that `filter` leaves, also after as_of, which the model knows.
CREATE MACRO audience.__lookalike_lines(
    caller,
    lines,
    customer_id,
    order_date,
    product,
    amount,
    seed,
    filter
) AS TABLE
SELECT * EXCLUDE (__detail) RENAME (__mark AS __seed)
FROM audience.__order_lines(caller, lines, customer_id, order_date, product, 'seed',
                            audience.__condition(caller, 'seed', seed), NULL, DATE '5881580-07-10', filter,
                            amount := amount);
