-- The value of a grouping expression on the customer's latest purchase that has one, the greatest of several that day.
CREATE MACRO audience.__latest_group(
    day,
    amount,
    group_by
) AS
max({'day': day, 'group': group_by}) FILTER (WHERE audience.__has_group(day, amount, group_by)).group;
