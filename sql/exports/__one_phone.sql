-- One row per row of `rows_once`, where `unique_phones` says so with every telephone number once. An e-mail address
-- keeps it before a row that has nothing else; of several the first in the alphabet. A number and its hash are one.
CREATE MACRO audience.__one_phone(rows_once, unique_phones) AS TABLE
WITH __ranked AS (
    -- One row per row to export, with whether another keeps the telephone number.
    SELECT *, unique_phones AND __phone IS NOT NULL
              AND row_number() OVER (PARTITION BY __phone_key ORDER BY __email ASC NULLS LAST) > 1 AS __is_taken
    FROM query_table(rows_once)
)
SELECT * EXCLUDE (__is_taken) REPLACE (
    CASE WHEN __is_taken AND __outcome <> 'exported, begins like a formula'
         THEN 'exported, phone of another row left out'
         ELSE __outcome::VARCHAR
    END AS __outcome,
    CASE WHEN NOT __is_taken THEN __phone END AS __phone
)
FROM __ranked
WHERE NOT (__is_taken AND __email IS NULL);
