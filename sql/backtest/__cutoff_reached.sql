-- One row: true if there are orders after cutoff, and purchases before; also where there is no customer.
CREATE MACRO audience.__cutoff_reached(caller, histories, options) AS TABLE
SELECT CASE WHEN max(__latest) <= any_value(__cutoff)
            THEN audience.__refused(caller, concat('cutoff must be before the latest order, which is on ',
                                                   max(__latest), ', got ', any_value(__cutoff)))
            WHEN count(*) > 0 AND count(__history) = 0
            THEN audience.__refused(caller, concat('no purchase up to cutoff, which is ', any_value(__cutoff)))
            ELSE true END AS __is_reached
FROM query_table(histories), query_table(options);
