-- The value of a grouping expression on the customer's first purchase that has one, the least of several that day.
CREATE MACRO audience.__first_group(
    day,
    amount,
    group_by
) AS
min({'day': day, 'group': group_by}) FILTER (WHERE audience.__has_group(day, amount, group_by)).group;
