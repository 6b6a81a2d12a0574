-- The default of `members`: no audiences were given.
CREATE VIEW audience.main.__no_members AS
SELECT NULL::VARCHAR AS audience, NULL::INTEGER AS customer_id
WHERE false;
