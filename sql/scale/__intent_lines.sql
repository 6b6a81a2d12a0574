-- One row per order line of a customer that `filter` leaves, also after as_of, which the model knows.
CREATE MACRO audience.__intent_lines(
    caller,
    lines,
    customer_id,
    order_date,
    product,
    argument,
    label,
    filter,
    name,
    amount
) AS TABLE
SELECT * RENAME (__mark AS __label, __detail AS __name)
FROM audience.__order_lines(caller, lines, customer_id, order_date, product, argument, label,
                            audience.__column(caller, 'name', name, __row)::VARCHAR, DATE '5881580-07-10',
                            filter, amount := amount);
