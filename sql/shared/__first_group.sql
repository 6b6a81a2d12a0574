-- The value of a grouping expression on the customer's first purchase that has one, the least of several that day.
CREATE MACRO audience.__first_group(
    day,
    amount,
    group_by
) AS
min({'day': day, 'group': group_by}) FILTER (
    WHERE CASE WHEN group_by IS NOT NULL
               THEN isfinite(day) AND coalesce(amount >= 0 OR amount = '-infinity'::DOUBLE, true)
               ELSE false END
).group;
