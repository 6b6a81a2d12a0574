-- The day of a date that an analyst gave as an option, like __day. It goes by way of the text, because the option may
-- be a subquery, which is planned as often as it is written here.
CREATE MACRO audience.__given_day(moment) AS TRY_CAST(moment::VARCHAR AS DATE);
