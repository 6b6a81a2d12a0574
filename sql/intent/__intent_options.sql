-- One row: the checked options of the purchase intent functions.
CREATE MACRO audience.__intent_options(
    caller,
    stored,
    horizon_days,
    only_new,
    top
) AS TABLE
SELECT audience.__checked_number(caller, 'horizon_days', horizon_days, 1, 3650) AS __horizon_days,
       audience.__checked_switch(caller, 'only_new', only_new) AS __only_new,
       audience.__checked_top(caller, top) AS __top
FROM audience.__one(stored);
