-- A model, if it is that of a day, which is the argument of that name. One that an older version made knows none.
CREATE MACRO audience.__model_of(
    caller,
    model,
    day,
    argument,
    day_argument
) AS
CASE WHEN model IS NULL OR coalesce(model.as_of = day, false) THEN model
     ELSE audience.__refused(caller, concat(
         argument, ' must be fitted with as_of := ', day, ', which is ', day_argument, ', got a model ',
         coalesce('of ' || model.as_of::VARCHAR, 'without a day; make it anew with audience.purchase_model')))
END;
