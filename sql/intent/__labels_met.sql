-- One row: true if any order line has a label, which is the set of products that was asked for: `argument`.
CREATE MACRO audience.__labels_met(caller, argument, named) AS TABLE
SELECT caller = 'intent_backtest'
       OR audience.__met(caller, argument, count(*), count(__label),
                         problem := CASE WHEN argument = 'label' THEN 'is NULL in every order line'
                                         ELSE 'holds for no order line' END) AS __is_met
FROM query_table(named);
