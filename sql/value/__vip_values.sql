-- One row per day of `valued`, which is stored like that of __importance: the least value that made a VIP on that day.
CREATE MACRO audience.__vip_values(caller, valued) AS TABLE
WITH __outlined AS MATERIALIZED (
    -- One row per day: which values decide.
    SELECT __day, __audience_importance_outline(caller, __history.purchases > 1, __value.customer_value) AS __outline
    FROM query_table(valued)
    GROUP BY __day
)
SELECT __day, __audience_importance(caller, __history.purchases > 1, __value.customer_value,
                                    __outline).vip_value AS __vip_value
FROM query_table(valued) JOIN __outlined USING (__day)
GROUP BY __day;
