-- One row per customer of a group with at least 30 repeat buyers: the typical gap of this peer group.
CREATE MACRO audience.__peer_gaps(caller, histories) AS TABLE
WITH __groups AS (
    -- One row per group. `__group IS NOT NULL` would let DuckDB see where no group is given, and beside a relation that
    -- it knows to be empty it shows no progress of the query.
    SELECT __group, __audience_typical_gap(caller, __history) AS __gap
    FROM query_table(histories)
    WHERE [__group] <> [NULL]
    GROUP BY __group
)
SELECT __customer, __gap.days AS __peer_gap
FROM query_table(histories) JOIN __groups USING (__group)
WHERE __gap.repeaters >= 30;
