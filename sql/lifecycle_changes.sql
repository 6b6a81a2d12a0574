-- The customers behind lifecycle_transitions: everyone whose stage changed between two dates, and everyone new.
CREATE MACRO audience.lifecycle_changes(orders, customer_id, order_date, since, until, filter := true, just_ordered_days := 30, amount := NULL) AS TABLE
WITH __changed AS (
    SELECT *
    FROM audience.__stage_changes('lifecycle_changes', orders, customer_id, order_date, amount, since, until, filter, just_ordered_days)
    WHERE __from IS DISTINCT FROM __lifecycle.lifecycle_stage
    ORDER BY __customer
)
SELECT __customer AS customer_id, __from AS from_stage, __lifecycle.lifecycle_stage AS to_stage, __purchases AS purchases_between,
       __audience_explain_lifecycle(__lifecycle, __after, __just_ordered_days, __horizon_days) AS reason
FROM __changed;
