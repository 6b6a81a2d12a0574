-- The value of a grouping expression on the customer's first purchase that has one, the least of several that day.
-- Where nothing is grouped by, it folds as __latest_group does.
CREATE MACRO audience.__first_group(
    day,
    amount,
    group_by
) AS
CASE WHEN typeof([any_value(group_by)]) <> '"NULL"[]'
     THEN min({'day': day, 'group': group_by}) FILTER (WHERE audience.__has_group(day, amount, group_by)).group END;
