-- What stands for a column of a relation; an error where it is the name of one in quotes.
CREATE MACRO audience.__column(
    caller,
    argument,
    value,
    relation_row
) AS
CASE WHEN audience.__quoted(value, relation_row)
     THEN audience.__refused(caller, concat(argument, ' is the text ''', value::VARCHAR, '''; write ',
                                            value::VARCHAR, ' without quotes'))
     ELSE value
END;
