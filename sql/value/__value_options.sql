-- One row: the checked options of a customer's value.
CREATE MACRO audience.__value_options(caller, stored, value_days, discount_rate) AS TABLE
SELECT audience.__checked_number(caller, 'value_days', value_days, 1, 3650) AS __value_days,
       audience.__checked(caller, 'discount_rate', discount_rate,
                          audience.__number(discount_rate) BETWEEN 0 AND 1, '0 to 1')::DOUBLE AS __discount_rate
FROM audience.__one(stored);
