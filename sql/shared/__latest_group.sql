-- The value of a grouping expression on the customer's latest purchase that has one, the greatest of several that day.
CREATE MACRO audience.__latest_group(
    day,
    amount,
    group_by
) AS
max({'day': day, 'group': group_by}) FILTER (
    WHERE group_by IS NOT NULL AND isfinite(day) AND coalesce(amount >= 0 OR amount = '-infinity'::DOUBLE, true)
).group;
