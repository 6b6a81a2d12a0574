-- What is wrong with the STRUCT of a model of purchase intent, as an error goes on behind its name; NULL if nothing is,
-- or if nothing was given. What its BLOBs hold is checked where they are read.
CREATE MACRO audience.__intent_problem(model) AS
CASE WHEN model.format_version IS NULL AND model.step IS NULL THEN NULL
     WHEN model.format_version IS DISTINCT FROM audience.__parts_format()
     THEN concat(' has the format version ', coalesce(model.format_version::VARCHAR, 'NULL'),
                 ', and this version of audience reads ', audience.__parts_format(),
                 '; make it anew with audience.intent_model')
     WHEN NOT coalesce(model.step IN ('products', 'weights', 'scales', 'calibration'), false)
     THEN concat('.step must be products, weights, scales or calibration, got ', coalesce(model.step, 'NULL'))
     WHEN NOT coalesce(model.lines >= 0, false)
     THEN concat('.lines must be at least 0, got ', coalesce(model.lines::VARCHAR, 'NULL'))
     WHEN NOT coalesce(model.checksum >= 0, false)
     THEN concat('.checksum must be at least 0, got ', coalesce(model.checksum::VARCHAR, 'NULL'))
     WHEN model.lines > 0 AND NOT coalesce(isfinite(model.as_of), false)
     THEN concat('.as_of must be a finite date, got ', coalesce(model.as_of::VARCHAR, 'NULL'))
     WHEN NOT coalesce(model.horizon_days BETWEEN 1 AND 3650, false)
     THEN concat('.horizon_days must be 1 to 3650, got ', coalesce(model.horizon_days::VARCHAR, 'NULL'))
     WHEN len(model.products) IS DISTINCT FROM len(model.names)
          OR len(model.labels) IS NULL OR model.members IS NULL
     THEN ' must have products, a name of each, labels and members'
     WHEN model.lines > 0 AND (model.step <> 'products' AND model.weights IS NULL
                               OR model.step IN ('scales', 'calibration') AND model.scales IS NULL
                               OR model.step = 'calibration' AND model.calibration IS NULL)
     THEN concat(' must have what was learned up to the step ', model.step)
END;
