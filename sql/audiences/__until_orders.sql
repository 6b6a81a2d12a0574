-- True, or an error where as_of is no day, or is given without the orders whose last day it is.
CREATE MACRO audience.__until_orders(caller, as_of, orders) AS
CASE WHEN isfinite(audience.__until(caller, as_of)) AND as_of IS NOT NULL AND orders IS NULL
     THEN audience.__refused(caller, 'as_of needs orders, of which it is the last day')
     ELSE true END;
