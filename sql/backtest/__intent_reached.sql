-- One row: true if there are labels, and order lines on both sides of cutoff; also where there is no line.
CREATE MACRO audience.__intent_reached(bought, options) AS TABLE
SELECT audience.__met('intent_backtest', 'label', count(*), count(__label), problem := 'is NULL in every order line')
           AND CASE WHEN count(*) > 0 AND NOT bool_or(__later)
                    THEN audience.__refused('intent_backtest', concat(
                        'no order line within days after cutoff, which is ', any_value(__cutoff)))
                    WHEN min(__first) > any_value(__cutoff)
                    THEN audience.__refused('intent_backtest', concat(
                        'no order line up to cutoff, which is ', any_value(__cutoff)))
                    ELSE true END AS __is_reached
FROM query_table(bought), query_table(options);
