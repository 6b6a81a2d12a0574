-- One row per row of the contacts: its outcome and, in the platform's form and not yet hashed, its identifiers and
-- Meta's other fields. Rows without a key are left out of the export.
CREATE MACRO audience.__identified(
    caller,
    platform,
    contacts,
    email,
    phone,
    first_name,
    last_name,
    country,
    zip,
    uid,
    city,
    state,
    birth_date,
    gender,
    value,
    consent
) AS TABLE
WITH __checked AS MATERIALIZED (
    -- One row: true if consent is BOOLEAN. Asked of no rows, so that the type is checked also where there are none.
    SELECT CASE WHEN typeof(any_value(__consent)) IN ('BOOLEAN', '"NULL"') THEN true
                ELSE audience.__refused(caller, concat('consent must be BOOLEAN, got ', typeof(any_value(__consent))))
           END AS __valid
    FROM (SELECT consent AS __consent FROM query_table(contacts) LIMIT 0)
), __rows AS (
    -- One row per row of the contacts. A cast that fails gives NULL here, because the error of the check is to be the
    -- only one.
    SELECT __audience_identify(
        caller, platform, email::VARCHAR, phone::VARCHAR, first_name::VARCHAR, last_name::VARCHAR, country::VARCHAR,
        zip::VARCHAR, uid::VARCHAR, city::VARCHAR, state::VARCHAR,
        coalesce(TRY_CAST(birth_date::VARCHAR AS DATE)::VARCHAR, birth_date::VARCHAR), gender::VARCHAR, value::VARCHAR,
        current_date, TRY_CAST(consent AS BOOLEAN)) AS __row
    FROM query_table(contacts)
)
SELECT
    __row.outcome AS __outcome,
    __row.key AS __key,
    __row.email AS __email,
    __row.phone AS __phone,
    __row.first_name AS __first_name,
    __row.last_name AS __last_name,
    __row.country AS __country,
    __row.zip AS __zip,
    __row.uid AS __uid,
    __row.city AS __city,
    __row.state AS __state,
    __row.birth_date AS __birth_date,
    __row.gender AS __gender,
    __row.value AS __value
FROM __rows, __checked
WHERE __valid;
