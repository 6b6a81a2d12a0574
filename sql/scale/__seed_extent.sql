-- One row: whether the lines are all those that the model was made of. It knows how many customers were of the seed:
-- all lines have as many, and a part has no more.
CREATE MACRO audience.__seed_extent(
    caller,
    known,
    customers,
    opened
) AS TABLE
WITH __counted AS (
    -- One row: the seed customers of these lines, and those of the model.
    SELECT (SELECT count(*) FROM query_table(known)) = __line_count AS __is_whole,
           (SELECT count(*) FILTER (__is_seed AND __history IS NOT NULL) FROM query_table(customers)) AS __seeds,
           __seed_count
    FROM query_table(opened)
    WHERE __step IS NOT NULL
)
SELECT CASE WHEN __seeds > __seed_count OR __is_whole AND __seeds < __seed_count
            THEN audience.__refused(caller, concat(
                'seed must be that of the model, which has ', __seed_count, ' customers of it, got ', __seeds))
            ELSE __is_whole END AS __is_whole
FROM __counted;
