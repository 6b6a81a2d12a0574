-- A column of numbers as DOUBLE; an error where it is of another type.
CREATE MACRO audience.__number_column(
    caller,
    argument,
    value,
    relation_row
) AS
CASE WHEN starts_with(typeof(value), 'VARCHAR')
     THEN audience.__refused(caller, concat(
         argument, ' must be a number, got ', typeof(audience.__column(caller, argument, value, relation_row)),
         '; cast it, such as replace(', argument, ', '','', ''.'')::DOUBLE'))::DOUBLE
     WHEN typeof(value) = 'BOOLEAN'
     THEN audience.__refused(caller, concat(
         argument, ' must be a number, got BOOLEAN; a condition is given as filter := condition'))
     WHEN NOT regexp_full_match(
         typeof(value), 'U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL.*|"NULL"')
     THEN audience.__refused(caller, concat(argument, ' must be a number, got ', typeof(value)))
     ELSE TRY_CAST(value AS DOUBLE)
END;
