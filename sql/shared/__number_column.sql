-- A column of numbers as DOUBLE; an error where it is of another type.
CREATE MACRO audience.__number_column(
    caller,
    argument,
    value,
    relation_row
) AS
CASE WHEN regexp_full_match(
         typeof(value), 'U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL.*|"NULL"')
     THEN TRY_CAST(value AS DOUBLE)
     WHEN audience.__quoted(value, relation_row)
     THEN TRY_CAST(audience.__column(caller, argument, value, relation_row) AS DOUBLE)
     ELSE audience.__refused(caller, concat(
         argument, ' must be a number, got ', typeof(value),
         CASE WHEN typeof(value) = 'VARCHAR'
              THEN concat('; cast it, such as replace(', argument, ', '','', ''.'')::DOUBLE')
              -- Where a condition was given in the place of the amount.
              WHEN typeof(value) = 'BOOLEAN' AND argument = 'amount' AND typeof(relation_row) <> '"NULL"'
              THEN '; a condition is given as filter := condition'
              ELSE '' END))
END;
