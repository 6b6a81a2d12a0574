-- What lookalikes learn, in this order.
CREATE MACRO audience.__lookalike_steps() AS
['products', 'weights', 'fit'];
