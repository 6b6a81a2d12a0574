-- The default of `members`: no audiences were given. The key is NULL, which can be compared with keys of any type.
CREATE VIEW audience.main.__no_members AS
SELECT NULL::VARCHAR AS audience, NULL AS customer_id
WHERE false;
