-- One row: true if an argument is given that the platform knows people by. Its type is asked of no rows.
CREATE MACRO audience.__identifiers_given(
    caller,
    platform,
    contacts,
    email,
    phone,
    uid,
    first_name,
    last_name,
    country,
    zip
) AS TABLE
WITH __given AS (
    -- One row: whether each is given, which a literal NULL is not.
    SELECT typeof(any_value(__email)) <> '"NULL"' AS __email, typeof(any_value(__phone)) <> '"NULL"' AS __phone,
           typeof(any_value(__uid)) <> '"NULL"' AS __uid,
           typeof(any_value(__first)) <> '"NULL"' AND typeof(any_value(__last)) <> '"NULL"'
               AND typeof(any_value(__country)) <> '"NULL"' AND typeof(any_value(__zip)) <> '"NULL"' AS __name
    FROM (
        SELECT email AS __email, phone AS __phone, uid AS __uid, first_name AS __first, last_name AS __last,
               country AS __country, zip AS __zip
        FROM query_table(contacts)
        LIMIT 0
    )
)
SELECT CASE WHEN starts_with(platform, 'snapchat') AND __email AND __phone
            THEN audience.__refused(caller, 'email or phone must be given, not both: a list is of one kind')
            WHEN caller = 'export_audit' OR __email
              OR (__phone AND split_part(platform, '_', 1) NOT IN ('mailchimp', 'microsoft', 'pinterest', 'linkedin',
                                                                   'hubspot'))
              OR (__name AND (starts_with(platform, 'google') OR starts_with(platform, 'meta')))
              OR (__uid AND starts_with(platform, 'meta'))
            THEN true
            ELSE audience.__refused(caller, concat(
                CASE WHEN split_part(platform, '_', 1) IN ('mailchimp', 'microsoft', 'pinterest', 'linkedin', 'hubspot')
                     THEN 'email'
                     WHEN starts_with(platform, 'google') THEN 'email, phone, or first_name, last_name, country and zip'
                     WHEN starts_with(platform, 'meta')
                     THEN 'email, phone, uid, or first_name, last_name, country and zip'
                     ELSE 'email or phone' END,
                ' must be given')) END AS __has_identifiers
FROM __given;
