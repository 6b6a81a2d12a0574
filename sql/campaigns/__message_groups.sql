-- One row per step: the messages whose window has ended, those sent and those held back, and how they and their
-- conversions are spread over the customers.
CREATE MACRO audience.__message_groups(outcomes) AS TABLE
WITH __customers AS (
    -- One row per step, group and customer.
    SELECT __name, __step, __held_out, count(*)::DOUBLE AS __messages,
           count(*) FILTER (WHERE __converted)::DOUBLE AS __conversions
    FROM query_table(outcomes)
    WHERE __ended
    GROUP BY __name, __step, __held_out, __id
), __groups AS (
    -- One row per step and group.
    SELECT __name, __step, __held_out,
           {
               'customers': count(*),
               'messages': sum(__messages)::BIGINT,
               'conversions': sum(__conversions)::BIGINT,
               'messages_squared': sum(__messages ** 2),
               'conversions_squared': sum(__conversions ** 2),
               'conversions_by_messages': sum(__conversions * __messages)
           } AS __group
    FROM __customers
    GROUP BY __name, __step, __held_out
)
SELECT __name, __step, any_value(__group) FILTER (WHERE NOT __held_out) AS __sent_group,
       any_value(__group) FILTER (WHERE __held_out) AS __held_out_group
FROM __groups
GROUP BY __name, __step;
