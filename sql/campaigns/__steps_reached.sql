-- One row per customer and step that is due in the present silence: the days after which it is due, the day from which
-- on messages are of this silence, and the conditions of a rule that a model judges, as text. `met` has who meets such
-- rules, and `members` who belongs to an audience that a rule names.
CREATE MACRO audience.__steps_reached(
    histories,
    steps,
    met,
    members,
    clock,
    options
) AS TABLE
WITH __plain_steps AS (
    -- One row per step of a rule that only counts days.
    FROM query_table(steps) WHERE NOT __is_judged
), __plain AS (
    -- One row per customer and step of such a rule. By WHERE: JOIN … ON would be between the options and the steps
    -- alone, correlated with the others, which DuckDB 2.0 cannot plan where the day is correlated too.
    SELECT __customer, __history, __as_of, __due_after AS __after, NULL::VARCHAR AS __conditions,
           __history.last_order_date + __due_after AS __silence_begins, __rule, __number, __fires_after, __times,
           __within, __channel, __message, __is_message, __audience, __cap, __cap_days
    FROM query_table(histories), query_table(clock), query_table(options), __plain_steps
    WHERE __as_of - __history.last_order_date BETWEEN __due_after AND __due_after + __late
      AND __history.purchases BETWEEN __min AND __max
), __judged AS (
    -- One row per customer and step of a rule that a model judges. What is due may move a little with the model, so
    -- what was sent after the purchase was sent in this silence.
    SELECT __customer, __history, __as_of, __met_after + __due_after - __fires_after AS __after,
           concat_ws('; ', __usual_gaps || concat(' usual gaps of ', round(__usual_gap, 1), ' days'),
                     __stage::VARCHAR, CASE WHEN __won_back THEN 'won back' END) AS __conditions,
           __history.last_order_date + least(__after, 1) AS __silence_begins, __rule, __number, __fires_after, __times,
           __within, __channel, __message, __is_message, __audience, __cap, __cap_days
    FROM query_table(met) JOIN query_table(steps) ON __rule = __met_rule, query_table(clock), query_table(options)
    WHERE __as_of - __history.last_order_date - __met_after BETWEEN __due_after - __fires_after
                                                                AND __due_after - __fires_after + __late
), __all AS (
    -- One row per customer and step.
    FROM __plain UNION ALL FROM __judged
)
SELECT __all.*, __history.purchases AS __purchases, __as_of - __history.last_order_date AS __silence,
       __history.last_order_date + __after AS __due
FROM __all LEFT JOIN query_table(members) ON __customer::VARCHAR = __member
WHERE __audience IS NULL OR list_contains(__audiences, __audience);
