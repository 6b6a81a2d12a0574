-- Whether the baskets of all customers fit into memory, or an error. A line takes 12 bytes, in a list with room for
-- twice as many: see models/intent/basket.rs.
CREATE MACRO audience.__lines_fit(caller, known) AS
(
    SELECT audience.__fits(caller, 24 * count(*), concat(count(*), ' order lines'),
                           'filter must leave fewer order lines')
    FROM query_table(known)
);
