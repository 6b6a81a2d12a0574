-- One row per row of the contacts, in the form of the platform whose export is `caller`; those who refuse in another
-- row are left out, and those who are left out for another reason may remain, with NULL for their key.
CREATE MACRO audience.__consented(
    caller,
    contacts,
    consent,
    consent_per,
    email := NULL,
    phone := NULL,
    first_name := NULL,
    last_name := NULL,
    country := NULL,
    zip := NULL,
    uid := NULL,
    city := NULL,
    state := NULL,
    birth_date := NULL,
    gender := NULL,
    value := NULL,
    properties := NULL,
    phone_plus := true,
    disarm_formulas := true
) AS TABLE
WITH __identified AS MATERIALIZED (
    -- One row per row of the contacts.
    FROM audience.__identified(caller, caller, contacts, email, phone, first_name, last_name, country, zip, uid, city,
                               state, birth_date, gender, value, properties, consent, consent_per, phone_plus,
                               disarm_formulas)
)
FROM audience.__consenting(caller, caller, '__identified');
