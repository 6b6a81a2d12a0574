-- Whether the baskets of all customers fit into memory, or an error. A line takes 12 bytes, in a list with room for
-- twice as many: see models/intent/basket.rs. `also` is what is held besides, in bytes.
CREATE MACRO audience.__lines_fit(caller, known, also := 0) AS
(
    SELECT audience.__fits(caller, 24 * count(*) + also, concat(count(*), ' order lines'),
                           'filter must leave fewer order lines')
    FROM query_table(known)
);
