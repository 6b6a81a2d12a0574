-- What a customer spent on the last so many days up to and with until; 0 where no amount of these days is known.
CREATE MACRO audience.__window_revenue(purchase_log, until, window_days) AS
coalesce(list_sum([__day.revenue FOR __day IN purchase_log
                   IF __day.day BETWEEN until - (window_days - 1) AND until]), 0);
