-- One row per row of the contacts: its outcome as far as it can be told alone and, in the platform's form and not yet
-- hashed, its identifiers, Meta's other fields and the properties.
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
    properties,
    consent,
    consent_per,
    phone_plus,
    disarm_formulas
) AS TABLE
WITH __checked AS MATERIALIZED (
    -- One row: the checked options. The type of consent is asked of no rows, so that it is checked also where there
    -- are none.
    SELECT CASE WHEN typeof(any_value(__consent)) IN ('BOOLEAN', '"NULL"') THEN true
                ELSE audience.__refused(caller, concat('consent must be BOOLEAN, got ', typeof(any_value(__consent))))
           END AS __valid,
           audience.__checked(caller, 'consent_per', consent_per::VARCHAR, consent_per::VARCHAR IN ('person', 'row'),
                              'person or row') = 'person' AS __per_person,
           audience.__checked_switch(caller, 'phone_plus', phone_plus) AS __plus,
           audience.__checked_switch(caller, 'disarm_formulas', disarm_formulas) AS __disarm
    FROM (SELECT consent AS __consent FROM query_table(contacts) LIMIT 0)
), __given AS (
    -- One row per row of the contacts. A cast that fails gives NULL here, because the error of the check is to be the
    -- only one.
    SELECT audience.__column(caller, 'email', email, __row)::VARCHAR AS __email,
           audience.__column(caller, 'phone', phone, __row)::VARCHAR AS __phone,
           audience.__column(caller, 'first_name', first_name, __row)::VARCHAR AS __first_name,
           audience.__column(caller, 'last_name', last_name, __row)::VARCHAR AS __last_name,
           audience.__column(caller, 'country', country, __row)::VARCHAR AS __country,
           audience.__column(caller, 'zip', zip, __row)::VARCHAR AS __zip,
           audience.__column(caller, if(caller = 'brevo_contacts', 'ext_id', 'uid'), uid, __row)::VARCHAR AS __uid,
           audience.__column(caller, 'city', city, __row)::VARCHAR AS __city,
           audience.__column(caller, 'state', state, __row)::VARCHAR AS __state,
           coalesce(TRY_CAST(birth_date::VARCHAR AS DATE)::VARCHAR,
                    audience.__column(caller, 'birth_date', birth_date, __row)::VARCHAR) AS __birth_date,
           audience.__column(caller, 'gender', gender, __row)::VARCHAR AS __gender,
           audience.__column(caller, 'value', value, __row)::VARCHAR AS __value,
           TRY_CAST(consent AS BOOLEAN) AS __consent,
           -- With a field that no file has, so that there is one. A list makes the types one, of ARRAYs too, where
           -- coalesce fails before DuckDB 2.0.
           [properties, {'__none': NULL}][1] AS __properties
    FROM query_table(contacts) AS __row
), __rows AS (
    -- One row per row of the contacts.
    SELECT __audience_identify(
        caller, platform, __email, __phone, __first_name, __last_name, __country, __zip, __uid, __city, __state,
        __birth_date, __gender, __value, current_date,
        -- Without consent but not refusing, where a refusal is to have no effect on other rows.
        CASE WHEN __per_person OR __consent THEN __consent END, __plus, __disarm) AS __row, __properties
    FROM __given, __checked, audience.__identifiers_given(caller, platform, contacts, email, phone, uid, first_name,
                                                          last_name, country, zip)
    WHERE __valid AND __has_identifiers
)
SELECT
    __row.outcome AS __outcome,
    __row.is_exported AS __is_exported,
    __row.email AS __email, __row.written_email AS __written_email,
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
    __row.value AS __value,
    __properties
FROM __rows;
