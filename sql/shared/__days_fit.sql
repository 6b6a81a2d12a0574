-- Whether the models of all periods can be fitted in memory, or an error. A day with orders takes 32 bytes, in lists
-- with room for twice as many: see models/prediction/model_history.rs.
CREATE MACRO audience.__days_fit(caller, logs) AS
(
    SELECT audience.__fits(caller, 64 * sum(len(__log)), concat(sum(len(__log)), ' purchase days'),
                           'filter must leave fewer purchases')
    FROM query_table(logs)
);
