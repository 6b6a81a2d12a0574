-- One row: the checked options of the demo shop.
CREATE MACRO audience.__demo_options(caller, customers, seed) AS TABLE
SELECT audience.__checked_number(caller, 'customers', customers, 0, 100000000)::BIGINT AS __customers,
       CASE WHEN seed IS NULL THEN audience.__refused(caller, 'seed must not be NULL') 
            ELSE audience.__checked_whole(caller, 'seed', seed, true, 'a BIGINT')::BIGINT END AS __seed;
