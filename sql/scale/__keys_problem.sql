-- What is wrong with keys that a model has, of which none can be one of the lines, as an error goes on behind its name;
-- NULL if their types can be compared. `known` has the type that both can be cast to.
CREATE MACRO audience.__keys_problem(keys, known, here) AS
CASE WHEN audience.__type_family(typeof(known)) <> audience.__type_family(typeof(here))
     THEN concat(' must be that of these lines: its ', keys, ' are ', typeof(known), ', and those here ', typeof(here))
END;
