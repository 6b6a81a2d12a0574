-- One row per product and label that occur together, with their numbers; either may be missing.
CREATE MACRO audience.__numbered_pairs(named, products, labels) AS TABLE
SELECT DISTINCT __named.__product, __named.__label, __products.__index, __labels.__number
FROM query_table(named) AS __named
LEFT JOIN query_table(products) AS __products ON __products.__product = __named.__product
LEFT JOIN query_table(labels) AS __labels ON __labels.__label = __named.__label;
