-- One row per customer and product with a purchase up to as_of: the days on which the customer bought it, and the
-- quantities as far as they are needed.
CREATE MACRO audience.__product_purchases(
    caller,
    lines,
    customer_id,
    order_date,
    product,
    quantity,
    as_of,
    filter
) AS TABLE
WITH __known AS (
    -- One row per order line.
    FROM audience.__order_lines(caller, lines, customer_id, order_date, product, 'quantity',
                                audience.__number_column(caller, 'quantity', quantity, NULL), NULL, as_of, filter)
), __collected AS (
    -- One row per customer and product.
    SELECT __customer, __product, __audience_product_purchases(caller, __day, __mark) AS __bought
    FROM __known
    WHERE __product IS NOT NULL
    GROUP BY __customer, __product
)
SELECT __customer, __product, __bought.times AS __times, __bought.last AS __latest, __bought.gaps AS __gaps,
       __bought.last_quantity AS __last_quantity, __bought.usual_quantity AS __usual_quantity,
       __bought.quantity_square AS __square, __bought.quantity_product AS __together
FROM __collected
WHERE __bought IS NOT NULL;
