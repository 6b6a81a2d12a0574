-- One row per row to export. Which one of several with the same identifiers is kept depends only on their values, not
-- on the order in which they were read: for Meta the one with the highest value.
CREATE MACRO audience.__once(consenting) AS TABLE
FROM query_table(consenting)
-- A condition on the key alone would be moved below the projection, and every row be identified twice.
QUALIFY row_number() OVER (
    PARTITION BY __key
    ORDER BY __value DESC NULLS LAST, __city ASC NULLS LAST, __state ASC NULLS LAST, __birth_date ASC NULLS LAST,
             __gender ASC NULLS LAST, __phone ASC NULLS LAST, __first_name ASC NULLS LAST, __last_name ASC NULLS LAST,
             __outcome ASC, __email ASC NULLS LAST, __country ASC NULLS LAST, __zip ASC NULLS LAST,
             __uid ASC NULLS LAST, to_json(__properties)::VARCHAR ASC
) = CASE WHEN __key IS NULL THEN 0 ELSE 1 END;
