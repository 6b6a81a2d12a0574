-- One row per row to export, where `unique_phones` says so with every telephone number once. Which one of several rows
-- with the same identifiers is kept depends only on their values, not on the order in which they were read: for Meta
-- the one with the highest value.
CREATE MACRO audience.__once(consenting, unique_phones) AS TABLE
WITH __consenting AS MATERIALIZED (
    -- One row per row of the contacts who have not refused in another one.
    FROM query_table(consenting)
), __repeated AS MATERIALIZED (
    -- One row per key or telephone number of several rows. Hardly any row has one, and only these have to be sorted.
    SELECT __key AS __number FROM __consenting GROUP BY __key HAVING count(__key) > 1
    UNION ALL
    SELECT __phone_key FROM __consenting GROUP BY __phone_key HAVING unique_phones AND count(__phone_key) > 1
), __sorted AS (
    -- One row per row to export of those that have one. With IN for the reason in audience.__consenting.
    FROM __consenting
    WHERE CASE WHEN __key IS NULL THEN false
               ELSE (__key IN (SELECT __number FROM __repeated)) IS TRUE
                 OR (__phone_key IN (SELECT __number FROM __repeated)) IS TRUE END
    QUALIFY row_number() OVER (
        PARTITION BY __key
        ORDER BY __value DESC NULLS LAST, __city ASC NULLS LAST, __state ASC NULLS LAST, __birth_date ASC NULLS LAST,
                 __gender ASC NULLS LAST, __phone ASC NULLS LAST, __first_name ASC NULLS LAST,
                 __last_name ASC NULLS LAST, __outcome ASC, __email ASC NULLS LAST, __country ASC NULLS LAST,
                 __zip ASC NULLS LAST, __uid ASC NULLS LAST, to_json(__properties)::VARCHAR ASC
    ) = 1
)
SELECT * REPLACE (__outcome::VARCHAR AS __outcome)
FROM __consenting
WHERE CASE WHEN __key IS NULL THEN false
           ELSE (__key IN (SELECT __number FROM __repeated)) IS NOT TRUE
            AND (__phone_key IN (SELECT __number FROM __repeated)) IS NOT TRUE END
UNION ALL
FROM audience.__one_phone('__sorted', unique_phones);
