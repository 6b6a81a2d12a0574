-- True where every customer has one history, and no row is after the day that a result is to hold for; else an error.
CREATE MACRO audience.__sound_histories(
    caller,
    argument,
    stored,
    customers,
    latest,
    as_of
) AS
CASE WHEN stored > customers
     THEN audience.__refused(caller, concat(
         'histories must have one row per customer, got ', stored, ' rows of ', customers,
         ' customers; all orders of a customer belong into one part'))
     WHEN latest > audience.__given_day(as_of)
     THEN audience.__refused(caller, concat(
         argument, ' must not be before the latest row of histories, ', latest, ', got ', as_of::VARCHAR))
     ELSE true
END;
