-- One row per audience that is named as a label of `interests`, the relation of that argument: what the members are
-- expected to spend on it; NULL where that is known of nobody. No row where no interests were given. `members` has keys
-- of a type that they can be compared with.
CREATE MACRO audience.__label_revenue(caller, members, audiences, interests) AS TABLE
WITH __none AS (
    -- One row per label and customer; none, for none are given.
    SELECT NULL AS label, customer_id, NULL AS expected_revenue FROM query_table(members) WHERE false
), __comparable AS MATERIALIZED (
    -- One row: true if the keys can be compared.
    FROM audience.__comparable_keys(caller, 'members and interests', members, coalesce(interests, '__none'),
                                    is_given := interests IS NOT NULL)
), __named AS (
    -- One row per row of an audience's own label.
    SELECT __number, __audience AS audience, customer_id, expected_revenue::DOUBLE AS __expected
    FROM query_table(coalesce(interests, '__none')) JOIN query_table(audiences) ON __audience::VARCHAR = label::VARCHAR,
         __comparable
    WHERE __is_comparable
), __expecting AS (
    -- One row per audience and customer with a row of its label.
    SELECT __number, audience, customer_id, any_value(__expected) AS __expected, count(*) AS __times
    FROM __named
    GROUP BY ALL
)
SELECT __number,
       CASE WHEN max(__times) > 1
            THEN audience.__refused(caller, concat(
                'interests must have one row per label and customer_id, got ', max(__times), ' of label ',
                any_value(audience)::VARCHAR))
            ELSE __audience_exact_sum(caller, __expected) END AS __label_revenue
FROM __expecting SEMI JOIN query_table(members) AS __member
    ON __expecting.audience = __member.audience AND __expecting.customer_id = __member.customer_id
GROUP BY __number;
