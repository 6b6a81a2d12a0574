-- The value of a grouping expression on the customer's latest purchase that has one, the greatest of several that day.
-- Where nothing is grouped by, the CASE is folded and DuckDB leaves the aggregate out. It folds the type of a list, but
-- not that of a plain NULL.
CREATE MACRO audience.__latest_group(
    day,
    amount,
    group_by
) AS
CASE WHEN typeof([any_value(group_by)]) <> '"NULL"[]'
     THEN max({'day': day, 'group': group_by}) FILTER (WHERE audience.__has_group(day, amount, group_by)).group END;
