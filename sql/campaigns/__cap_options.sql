-- One row: how many messages a customer may get in how many days.
CREATE MACRO audience.__cap_options(caller, cap, cap_days) AS TABLE
SELECT audience.__checked_number(caller, 'cap', cap, 1, 1000000) AS __cap,
       audience.__checked_number(caller, 'cap_days', cap_days, 1, 3650) AS __cap_days;
