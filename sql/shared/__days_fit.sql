-- Whether the models of all periods can be fitted in memory, or an error. What changes on a day with orders is counted
-- in 18 bytes at most: see models/prediction/model_history.rs.
CREATE MACRO audience.__days_fit(caller, logs) AS
(
    SELECT audience.__fits(caller, 20 * sum(len(__log)), concat(sum(len(__log)), ' purchase days'),
                           'filter must leave fewer purchases')
    FROM query_table(logs)
);
