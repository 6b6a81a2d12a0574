-- One row: the kinds that names of the analyst's own stand for, by the name in lower case; NULL without any.
CREATE MACRO audience.__event_kinds(caller, kinds) AS TABLE
WITH __renamed AS (
    -- One row per name.
    SELECT lower(unnest(map_keys(TRY_CAST(kinds AS MAP(VARCHAR, VARCHAR))))) AS __name,
           unnest(map_values(TRY_CAST(kinds AS MAP(VARCHAR, VARCHAR)))) AS __kind
)
SELECT CASE WHEN typeof(kinds) <> '"NULL"' AND NOT starts_with(typeof(kinds), 'MAP(')
            THEN audience.__refused(caller, concat('kinds must be a MAP such as MAP {''retweet'': ''favourite''}, got ',
                                                   typeof(kinds)))
            -- Asked for its error: a name that is mapped to no known kind.
            WHEN sum(__audience_event_score(caller, __kind, 0)) >= 0 THEN map(list(__name), list(__kind))
       END AS __kinds
FROM __renamed;
