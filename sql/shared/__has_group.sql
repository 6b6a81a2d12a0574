-- Whether an order row is a purchase with a value to group by. The CASE spares rows without one the rest of the
-- condition, which an AND would compute for them.
CREATE MACRO audience.__has_group(
    day,
    amount,
    group_by
) AS
CASE WHEN group_by IS NOT NULL
     THEN isfinite(day) AND coalesce(amount >= 0 OR amount = '-infinity'::DOUBLE, true)
     ELSE false
END;
