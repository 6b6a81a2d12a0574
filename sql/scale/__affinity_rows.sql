-- One row per pair, per product and for all, of every part, as audience.product_affinity_part gives them.
CREATE MACRO audience.__affinity_rows(counts) AS TABLE
SELECT product_a AS __a, product_b AS __b, baskets::BIGINT AS __count, level AS __level,
       format_version AS __format_version, as_of AS __as_of, product_type AS __product_type, part_rows AS __part_rows,
       fingerprint AS __fingerprint
FROM query_table(counts);
