-- One row: a table of trigger rules as it came, which the checks and the replay take; whether a model judges when one
-- of them fires; whether one asks who was won back; and whether one names an audience, for which `members` are needed.
CREATE MACRO audience.__rule_table(caller, rules, members := '') AS TABLE
WITH __usual AS (
    -- One row per rule of ours.
    FROM audience.triggers()
), __optional AS (
    -- One row per rule; none, for the columns that a table of rules may lack.
    SELECT NULL AS usual_gaps, NULL::VARCHAR AS lifecycle_stage, NULL::BOOLEAN AS won_back, NULL::VARCHAR AS audience
    WHERE false
), __spelt AS MATERIALIZED (
    -- One row: a column that is nearly called as one that a table may lack. Without it the rule would lose a condition.
    SELECT any_value(concat('rules has a column ', __key, '; did you mean ', __column, '?')) AS __problem
    FROM (SELECT unnest(regexp_extract_all(typeof(__row), '[(,] ?"?(\w+)"? ', 1)) AS __key
          FROM (SELECT __row FROM query_table(coalesce(rules, '__usual')) AS __row LIMIT 1))
    JOIN (SELECT unnest(['usual_gaps', 'lifecycle_stage', 'won_back', 'audience']) AS __column)
        ON damerau_levenshtein(lower(__key), __column) BETWEEN 1 AND 2
), __given AS (
    -- One row per rule, with all columns.
    FROM query_table(coalesce(rules, '__usual')) UNION ALL BY NAME FROM __optional
), __table AS (
    -- One row per rule.
    SELECT name AS __name, min_purchases AS __min, max_purchases AS __max, silence_days AS __silence,
           action_days AS __actions, channels AS __channels, message AS __message, discount_allowed AS __discount,
           conversion_days AS __conversion, repeat_policy AS __policy, unsubscribe_after AS __unsubscribe,
           usual_gaps::VARCHAR AS __gaps, lifecycle_stage::VARCHAR AS __stage,
           TRY_CAST(audience.__checked(caller, 'won_back', won_back,
                                       won_back IS NULL OR TRY_CAST(won_back AS BOOLEAN) IS NOT NULL,
                                       'true, false or NULL') AS BOOLEAN) AS __won_back,
           audience::VARCHAR AS __audience
    FROM __given
), __packed AS (
    -- One row: the rules.
    SELECT __audience_rule_table(caller, {
        'name': __name::VARCHAR,
        'min_purchases': __min::INTEGER,
        'max_purchases': __max::INTEGER,
        'silence_days': __silence::INTEGER,
        'action_days': __actions::INTEGER[],
        'channels': __channels::VARCHAR[],
        'message': __message::VARCHAR,
        'discount_allowed': __discount::BOOLEAN,
        'conversion_days': __conversion::INTEGER,
        'repeat_policy': __policy::VARCHAR,
        'unsubscribe_after': __unsubscribe::INTEGER,
        'usual_gaps': __gaps,
        'lifecycle_stage': __stage,
        'won_back': __won_back,
        'audience': __audience
    }) AS __rules,
    coalesce(bool_or(__gaps IS NOT NULL OR __stage IS NOT NULL OR __won_back), false) AS __are_judged,
    coalesce(bool_or(__won_back), false) AS __ask_won_back,
    min(__name::VARCHAR) FILTER (WHERE __audience IS NOT NULL) AS __naming,
    list(DISTINCT __audience) FILTER (WHERE __audience IS NOT NULL) AS __named_audiences
    FROM __table
)
SELECT CASE WHEN __problem IS NOT NULL THEN audience.__refused(caller, __problem)
            WHEN __naming IS NOT NULL AND members IS NULL
            THEN audience.__refused(caller, concat('members must be given, because the rule ', __naming,
                                                   ' names an audience, got NULL'))
            ELSE __rules END AS __rules,
       __are_judged, __ask_won_back, __naming IS NOT NULL AS __name_audience, __named_audiences
FROM __packed, __spelt;
