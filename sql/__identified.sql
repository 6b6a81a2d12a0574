-- Every row of the contacts: what becomes of it, and its identifiers in the platform's form, not yet hashed. Rows without a
-- key are left out of the export. `further` is what else the export needs of the row.
CREATE MACRO audience.__identified(platform, contacts, email, phone, first_name, last_name, country, zip, uid, further, consent) AS TABLE
WITH __rows AS (
    SELECT __audience_identify(platform, email::VARCHAR, phone::VARCHAR, first_name::VARCHAR, last_name::VARCHAR, country::VARCHAR, zip::VARCHAR, uid::VARCHAR, consent) AS __row,
           further AS __further
    FROM query_table(contacts)
)
SELECT __row.outcome AS __outcome, __row.key AS __key, __row.email AS __email, __row.phone AS __phone, __row.first_name AS __first_name,
       __row.last_name AS __last_name, __row.country AS __country, __row.zip AS __zip, __row.uid AS __uid, __further
FROM __rows;
