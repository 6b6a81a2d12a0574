-- The history after the first so many purchases, whose days are given in order. It has no revenue, which no stage
-- needs.
CREATE MACRO audience.__history_after(purchase_days, purchases) AS
CASE WHEN purchases > 0 THEN {
    'purchases': purchases::INTEGER,
    'first_order_date': purchase_days[1],
    'last_order_date': purchase_days[purchases],
    'fourth_last_order_date': CASE WHEN purchases > 3 THEN purchase_days[purchases - 3] END,
    'revenue': NULL::DOUBLE
} END;
