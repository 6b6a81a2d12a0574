-- Whether a value is the name of a column in quotes, which would be the same text in every row; `relation_row` is a row
-- of the relation. Decided when the query is planned: `alias` of a constant is how it was written, and the type of a
-- row has the names of its columns.
CREATE MACRO audience.__quoted(value, relation_row) AS
starts_with(alias(value), '''')
AND regexp_matches(typeof(relation_row), concat('[( ]"?', regexp_escape(value::VARCHAR), '"? '));
