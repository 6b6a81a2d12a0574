-- Whether a value is the name of a column in quotes, which would be the same text in every row; `relation_row` is a row
-- of the relation. Decided when the query is planned: `alias` of a constant is how it was written, and the type of a
-- row has the names of its columns.
-- Where the same column is given twice DuckDB computes this once for both, and then for every row: a CASE, unlike an
-- AND, leaves the second part out.
CREATE MACRO audience.__quoted(value, relation_row) AS
CASE WHEN starts_with(alias(value), '''')
     THEN regexp_matches(typeof(relation_row), concat('[( ]"?', regexp_escape(value::VARCHAR), '"? '))
     ELSE false END;
