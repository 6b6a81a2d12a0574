-- What is wrong with the STRUCT of a model of lookalikes, as an error goes on behind its name; NULL if nothing is, or
-- if nothing was given. What its BLOBs hold is checked where they are read.
CREATE MACRO audience.__lookalike_problem(model) AS
CASE WHEN model.format_version IS NULL AND model.step IS NULL THEN NULL
     WHEN model.format_version IS DISTINCT FROM audience.__parts_format()
     THEN concat(' has the format version ', coalesce(model.format_version::VARCHAR, 'NULL'),
                 ', and this version of audience reads ', audience.__parts_format(),
                 '; make it anew with audience.lookalike_model')
     WHEN NOT coalesce(model.step IN ('products', 'weights', 'fit'), false)
     THEN concat('.step must be products, weights or fit, got ', coalesce(model.step, 'NULL'))
     WHEN NOT coalesce(model.lines >= 0, false)
     THEN concat('.lines must be at least 0, got ', coalesce(model.lines::VARCHAR, 'NULL'))
     WHEN NOT coalesce(model.checksum >= 0, false)
     THEN concat('.checksum must be at least 0, got ', coalesce(model.checksum::VARCHAR, 'NULL'))
     WHEN model.lines > 0 AND NOT coalesce(isfinite(model.as_of), false)
     THEN concat('.as_of must be a finite date, got ', coalesce(model.as_of::VARCHAR, 'NULL'))
     WHEN len(model.products) IS NULL THEN ' must have products'
     WHEN model.step <> 'products' AND NOT coalesce(model.customers >= 0, false)
     THEN concat('.customers must be at least 0, got ', coalesce(model.customers::VARCHAR, 'NULL'))
     WHEN model.step = 'fit' AND NOT coalesce(model.seeds BETWEEN 0 AND model.customers, false)
     THEN concat('.seeds must be 0 to ', model.customers, ', got ', coalesce(model.seeds::VARCHAR, 'NULL'))
     WHEN model.customers > 0 AND model.weights IS NULL
          OR model.seeds > 0 AND model.seeds < model.customers AND model.fit IS NULL
     THEN concat(' must have what was learned up to the step ', model.step)
END;
