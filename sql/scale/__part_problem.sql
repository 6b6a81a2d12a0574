-- What is wrong with parts that are to be added up, as an error goes on behind their name; NULL if nothing is. `agreed`
-- has what is the same in all of them, and how often it is not. `maker` is the function that makes them, and
-- `following` the step that the model still lacks.
CREATE MACRO audience.__part_problem(agreed, model, following, maker) AS
CASE WHEN agreed.parts = 0 THEN ' must have a row'
     WHEN agreed.formats > 0
     THEN concat(' have the format version ', coalesce(agreed.format_version::VARCHAR, 'NULL'),
                 ', and this version of audience reads ', audience.__parts_format(), '; make them anew with audience.',
                 maker)
     WHEN agreed.steps > 1 OR agreed.fingerprints > 1 OR agreed.days > 1 OR agreed.horizons > 1
     THEN ' must be of one step, with the same model and options'
     WHEN agreed.step IS DISTINCT FROM following
     THEN concat(' must be of the step ', coalesce(following, 'that a model still lacks'), ', got ',
                 coalesce(agreed.step, 'NULL'))
     WHEN agreed.fingerprint IS DISTINCT FROM model.fingerprint
     THEN ' must be made with the model that is given'
     WHEN model.lines <> agreed.lines
     THEN concat(' must be all parts, each once: the model was made of ', model.lines, ' order lines, got ',
                 agreed.lines)
     WHEN model.checksum <> agreed.checksum
     THEN concat(' must be made of the same order lines in every step, with the same ',
                 if(maker = 'intent_part', 'label', 'seed'), ', filter and amount')
     WHEN NOT coalesce(agreed.horizon_days BETWEEN 1 AND 3650, false)
     THEN concat(' must have horizon_days from 1 to 3650, got ', coalesce(agreed.horizon_days::VARCHAR, 'NULL'))
     WHEN agreed.lines IS NULL OR agreed.negative > 0 OR agreed.states > 0
     THEN ' must have the lines and what was learned of them'
END;
