-- The value of a grouping expression on the customer's latest purchase that has one, the greatest of several that day.
-- The CASE spares rows without a group the rest of the condition, which an AND would compute for them.
CREATE MACRO audience.__latest_group(
    day,
    amount,
    group_by
) AS
max({'day': day, 'group': group_by}) FILTER (
    WHERE CASE WHEN group_by IS NOT NULL
               THEN isfinite(day) AND coalesce(amount >= 0 OR amount = '-infinity'::DOUBLE, true)
               ELSE false END
).group;
