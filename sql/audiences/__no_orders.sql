-- The default of `orders`: no relation of orders was given.
CREATE VIEW audience.main.__no_orders AS SELECT true AS nothing WHERE false;
