-- A condition over the rows of a relation; an error where it is a text in quotes.
CREATE MACRO audience.__condition(caller, argument, value) AS
CASE WHEN typeof(value) = 'VARCHAR' AND starts_with(alias(value), '''')
     THEN audience.__refused(caller, concat(argument, ' must be a condition, got the text ''', value,
                                            '''; write it without the outer quotes'))
     ELSE value
END;
