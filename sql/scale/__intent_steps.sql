-- What purchase intent learns, in this order.
CREATE MACRO audience.__intent_steps() AS
['products', 'weights', 'scales', 'calibration'];
