-- One row: the customers, or orders, of all parts. `rows` is that of __affinity_rows.
CREATE MACRO audience.__affinity_total(caller, rows) AS TABLE
WITH __summed AS MATERIALIZED (
    -- One row: what the rows have in common.
    SELECT sum(__count) FILTER (__a IS NULL AND __b IS NULL) AS __baskets,
           first(__format_version ORDER BY __format_version ASC NULLS FIRST)
               FILTER (__format_version IS DISTINCT FROM 1) AS __other_version,
           count(*) FILTER (__format_version IS DISTINCT FROM 1) AS __others,
           count(DISTINCT __level) AS __levels, count(DISTINCT __product_type) AS __product_types,
           count(DISTINCT coalesce(__as_of, DATE 'infinity')) FILTER (__a IS NULL) AS __days,
           count(*) AS __rows, sum(__part_rows) AS __made,
           count(__fingerprint) - count(DISTINCT __fingerprint) AS __repeated,
           count(*) FILTER (NOT coalesce(__count >= 0, false) OR (__a IS NULL) <> (__b IS NULL)) AS __strange
    FROM query_table(rows)
), __judged AS (
    -- One row: also what is wrong.
    SELECT __baskets,
           CASE WHEN __others > 0
                THEN concat(' have the format version ', coalesce(__other_version::VARCHAR, 'NULL'),
                            ', and this version of audience reads 1; make them anew with ',
                            'audience.product_affinity_part')
                WHEN __baskets IS NULL OR __strange > 0
                THEN ' must be all rows of audience.product_affinity_part'
                WHEN __levels > 1 THEN ' must be of one level'
                WHEN __days > 1 THEN ' must be of one as_of'
                WHEN __product_types > 1 THEN ' must have products of one type'
                WHEN __repeated > 0 THEN ' must have each part once'
                WHEN __made IS DISTINCT FROM __rows
                THEN concat(' must be all rows of audience.product_affinity_part: the parts were made with ', __made,
                            ', got ', __rows)
                WHEN __baskets > 2147483647
                THEN concat(' must be of at most 2,147,483,647 customers or orders, got ', __baskets) END AS __problem
    FROM __summed
)
SELECT CASE WHEN __problem IS NULL THEN __baskets::INTEGER
            ELSE audience.__refused(caller, concat('counts', __problem))::INTEGER END AS __baskets
FROM __judged;
