-- The days from one day to another as an INTEGER, or the largest INTEGER where there are more. NULL if a day is NULL.
CREATE MACRO audience.__days_since(past_day, present_day) AS
CASE WHEN present_day - past_day > 2147483647 THEN 2147483647 ELSE (present_day - past_day)::INTEGER END;
