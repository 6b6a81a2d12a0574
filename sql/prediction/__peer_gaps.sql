-- One row per group with at least 30 repeat buyers: the typical gap of this peer group. Customers are joined to it by
-- their group: DuckDB knows that there are few, so it never keeps the customers in a hash table for it.
CREATE MACRO audience.__peer_gaps(caller, histories) AS TABLE
WITH __groups AS (
    -- One row per group. `__group IS NOT NULL` would let DuckDB see where no group is given, and beside a relation that
    -- it knows to be empty it shows no progress of the query.
    SELECT __group, __audience_typical_gap(caller, __history) AS __gap
    FROM query_table(histories)
    WHERE [__group] <> [NULL]
    GROUP BY __group
)
SELECT __group, __gap.days AS __peer_gap
FROM __groups
WHERE __gap.repeaters >= 30;
