-- The models of these days, or an error where there is none for one of them. `periods` are those of __opened_models.
CREATE MACRO audience.__models_of_periods(caller, periods, days) AS
CASE WHEN [__period.period_end FOR __period IN periods IF list_contains(days, __period.period_end)] = days
     THEN [__period.model FOR __period IN periods IF list_contains(days, __period.period_end)]
     ELSE audience.__refused(caller, concat(
         'models must be those of the same every, since and until, got none for the period that ends on ',
         [__day FOR __day IN days IF NOT list_contains([__period.period_end FOR __period IN periods], __day)][1]))
END;
