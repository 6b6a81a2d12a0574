-- The days from a day to another, as an INTEGER; its largest where DATE reaches further. NULL without a day.
CREATE MACRO audience.__days_since(past_day, present_day) AS
CASE WHEN present_day - past_day > 2147483647 THEN 2147483647 ELSE (present_day - past_day)::INTEGER END;
