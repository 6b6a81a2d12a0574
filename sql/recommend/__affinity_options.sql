-- One row: the checked options of audience.product_affinity.
CREATE MACRO audience.__affinity_options(caller, level, min_together, top) AS TABLE
SELECT audience.__checked(caller, 'level', level, level IN ('customer', 'order'),
                          '''customer'' or ''order''') AS __level,
       least(audience.__checked_whole(caller, 'min_together', min_together,
                                      audience.__number(min_together) >= 1, 'at least 1')::DOUBLE,
             2147483647)::INTEGER AS __min_together,
       audience.__checked_top(caller, top) AS __top;
