-- The part of a model that stages are judged by: MBG/NBD alone.
CREATE MACRO audience.__stage_model(shop) AS
CASE WHEN shop IS NOT NULL THEN {
    'r': shop.r,
    'alpha': shop.alpha,
    'a': shop.a,
    'b': shop.b,
    'typical_gap_days': shop.typical_gap_days,
    'order_value': shop.order_value
} END;
