-- The day of a column, by __day; an error where it cannot be one.
CREATE MACRO audience.__date_column(
    caller,
    argument,
    value,
    relation_row
) AS
CASE WHEN regexp_full_match(typeof(value), 'DATE|TIMESTAMP.*|VARCHAR|ENUM.*|JSON|"NULL"')
     THEN audience.__day(audience.__column(caller, argument, value, relation_row))
     ELSE audience.__refused(caller, concat(argument, ' must be a DATE or a TIMESTAMP, got ', typeof(value)))::DATE
END;
