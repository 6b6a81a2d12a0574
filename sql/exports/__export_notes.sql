-- One row per note about the whole file, with 0 rows, because it is about no single one. The least numbers are those
-- that the platforms publish: see exports.md.
CREATE MACRO audience.__export_notes(platform, contacts_count, exported_count) AS TABLE
WITH __least AS (
    -- One row per platform that shows advertisements to no fewer people.
    FROM (VALUES ('google', 100, 'fewer than the 100 people that Google needs'),
                 ('tiktok', 1000, 'fewer than the 1,000 people that TikTok needs'),
                 ('microsoft', 300, 'fewer than the 300 people that Microsoft needs'),
                 ('pinterest', 100, 'fewer than the 100 people that Pinterest needs'),
                 ('snapchat', 1000, 'fewer than the 1,000 people that Snapchat needs'),
                 ('linkedin', 300, 'fewer than the 300 people that LinkedIn needs')) v(__name, __people, __note)
)
SELECT __note AS __reason, 0 AS __rows
FROM __least
WHERE starts_with(platform, __name) AND contacts_count > 0 AND exported_count < __people
UNION ALL
SELECT 'not hashed', 0
WHERE split_part(platform, '_', 1) IN ('linkedin', 'klaviyo', 'mailchimp', 'brevo', 'hubspot', 'export');
