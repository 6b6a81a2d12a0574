-- One row: true if no customer has several rows in `customers`, the relation of audience.audience_summary.
CREATE MACRO audience.__single_rows(customers) AS TABLE
WITH __repeated AS (
    -- One row per customer with several rows.
    SELECT __customer FROM query_table(customers) GROUP BY __customer HAVING count(*) > 1
)
SELECT CASE WHEN count(*) > 0
            THEN audience.__refused('audience_summary', concat(
                'customers must have one row per customer_id; ', count(*), if(count(*) = 1, ' has', ' have'),
                ' more, the first is ', __audience_shown('audience_summary', min(__customer)::VARCHAR)))
            ELSE true END AS __valid
FROM __repeated;
