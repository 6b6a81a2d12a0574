-- The model that was given. It holds on the day that as_of says: the latest day of the orders at hand may be another
-- one, such as that of a part of them.
CREATE MACRO audience.__checked_model(
    caller,
    model,
    as_of,
    argument := 'model'
) AS
CASE WHEN model IS NOT NULL AND typeof(model) NOT LIKE 'STRUCT%'
      AND NOT regexp_matches(model::VARCHAR, '^\{\s*["'']?(r|alpha|a|b|learned)["'']?\s*:.*typical_gap_days', 's')
     THEN audience.__refused(caller, concat(
         argument, ' must be the STRUCT of audience.purchase_model, such as (SELECT model FROM saved), got ',
         model::VARCHAR))
     -- The row has the parameters as well, and neither the seasons nor what was learned beside them.
     WHEN typeof(model) LIKE '% model STRUCT(%'
     THEN audience.__refused(caller, concat(
         argument, ' must be the column model of audience.purchase_model, got its whole row'))
     WHEN model IS NOT NULL AND as_of IS NULL
     THEN audience.__refused(caller, 'as_of must be given with a model, got NULL')
     ELSE audience.__model_struct(model)
END;
