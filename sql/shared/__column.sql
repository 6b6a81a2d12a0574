-- What stands for a column of a relation, of whose rows `relation_row` is one; an error where it is the name of a
-- column in quotes, which would be the same text in every row. All of this is decided when the query is planned:
-- `alias` of a constant is how it was written, and the type of a row has the names of its columns.
CREATE MACRO audience.__column(
    caller,
    argument,
    value,
    relation_row
) AS
CASE WHEN starts_with(alias(value), '''')
          AND regexp_matches(typeof(relation_row), concat('[( ]"?', regexp_escape(value::VARCHAR), '"? '))
     THEN audience.__refused(caller, concat(argument, ' is the text ''', value::VARCHAR, '''; write ',
                                            value::VARCHAR, ' without quotes'))
     ELSE value
END;
