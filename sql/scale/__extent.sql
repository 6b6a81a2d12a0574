-- One row: whether the histories are those of all customers of the shop; an error where they cannot be of this shop, or
-- where customers_of would judge nobody by the peer groups that the shop has. Without peer_group it is an INTEGER.
CREATE MACRO audience.__extent(caller, histories, shop) AS TABLE
WITH __counted AS (
    -- One row: the histories, those with a purchase, their customers, the latest row of any, and a peer group.
    SELECT count(*) AS __stored, count(__history) AS __here, count(DISTINCT __customer) AS __distinct,
           max(__latest) AS __latest, any_value(__group) AS __group
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
            WHEN caller = 'customers_of' AND len(__peer_gaps) > 0 AND __here > 0 AND __group IS NULL
              AND (__here = __customers
                   OR (typeof(__group) = 'INTEGER') <> (typeof(__peer_gaps[1].peer_group) = 'INTEGER'))
            THEN audience.__refused(caller, concat(
                'histories must have the peer_group that the shop was made with, such as ',
                __peer_gaps[1].peer_group::VARCHAR, ', got none'))
            ELSE __here = __customers
       END AS __is_whole
FROM __counted, query_table(shop);
