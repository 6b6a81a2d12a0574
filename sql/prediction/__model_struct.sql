-- A model with its fields and their types, also one that an older version made or that was read from elsewhere.
CREATE MACRO audience.__model_struct(model) AS
model::STRUCT(
    r DOUBLE, alpha DOUBLE, a DOUBLE, b DOUBLE, typical_gap_days DOUBLE, order_value DOUBLE,
    seasonal_index STRUCT(
        january DOUBLE, february DOUBLE, march DOUBLE, april DOUBLE, may DOUBLE, june DOUBLE, july DOUBLE,
        august DOUBLE, september DOUBLE, october DOUBLE, november DOUBLE, december DOUBLE),
    learned STRUCT(
        horizon_days INTEGER, windows INTEGER, level DOUBLE, purchases_factor DOUBLE,
        return_odds STRUCT(mean DOUBLE, deviation DOUBLE, weight DOUBLE),
        repeat_purchases STRUCT(mean DOUBLE, deviation DOUBLE, weight DOUBLE),
        silence STRUCT(mean DOUBLE, deviation DOUBLE, weight DOUBLE),
        silence_in_gaps STRUCT(mean DOUBLE, deviation DOUBLE, weight DOUBLE),
        one_time_buyer STRUCT(mean DOUBLE, deviation DOUBLE, weight DOUBLE),
        purchases_90_days STRUCT(mean DOUBLE, deviation DOUBLE, weight DOUBLE),
        purchases_365_days STRUCT(mean DOUBLE, deviation DOUBLE, weight DOUBLE),
        silence_in_longest_gap STRUCT(mean DOUBLE, deviation DOUBLE, weight DOUBLE),
        purchase_value STRUCT(mean DOUBLE, deviation DOUBLE, weight DOUBLE),
        same_season STRUCT(mean DOUBLE, deviation DOUBLE, weight DOUBLE),
        customer_a_year_ago STRUCT(mean DOUBLE, deviation DOUBLE, weight DOUBLE),
        purchases_30_days STRUCT(mean DOUBLE, deviation DOUBLE, weight DOUBLE),
        days_as_customer STRUCT(mean DOUBLE, deviation DOUBLE, weight DOUBLE),
        return_odds_by_silence STRUCT(mean DOUBLE, deviation DOUBLE, weight DOUBLE)
    ), as_of DATE);
