-- What purchase intent learns after a step, or first; NULL where it has learned everything.
CREATE MACRO audience.__next_intent_step(step) AS
CASE WHEN step IS NULL THEN 'products'
     WHEN step = 'products' THEN 'weights'
     WHEN step = 'weights' THEN 'scales'
     WHEN step = 'scales' THEN 'calibration'
END;
