-- One row: whether the histories are those of all customers of the shop, how many there are, and a peer group of
-- theirs; an error where they cannot be of this shop.
CREATE MACRO audience.__extent(caller, histories, shop) AS TABLE
WITH __counted AS (
    -- One row: the histories, those with a purchase, their customers, the latest row of any, and a peer group.
    SELECT count(*) AS __stored, count(__history) AS __here, count(DISTINCT __customer) AS __distinct,
           max(__latest) AS __latest, any_value(__group) AS __any_group
    FROM query_table(histories)
)
SELECT CASE WHEN __stored > __distinct
            THEN audience.__refused(caller, concat(
                'histories must have one row per customer, got ', __stored, ' rows of ', __distinct, ' customers'))
            WHEN __here > __customers
            THEN audience.__refused(caller, concat(
                'histories must be those that the shop was made of: it has ', __customers,
                ' customers with a purchase, and here are ', __here))
            WHEN __latest > __as_of
            THEN audience.__refused(caller, concat(
                'histories must have no row after the as_of of the shop, ', __as_of, ', got ', __latest))
            ELSE __here = __customers
       END AS __is_whole,
       __here, __any_group
FROM __counted, query_table(shop);
