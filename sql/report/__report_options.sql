-- One row: the checked options and the days that the page is about.
CREATE MACRO audience.__report_options(
    orders,
    title,
    currency,
    as_of,
    slipping,
    season
) AS TABLE
WITH __given AS MATERIALIZED (
    -- One row: the checked options.
    SELECT audience.__checked('report', 'title', title, typeof(title) = 'VARCHAR' AND title <> '', 'a text')::VARCHAR
               AS __title,
           audience.__checked('report', 'currency', currency, currency IS NULL OR typeof(currency) = 'VARCHAR',
                              'a text or NULL')::VARCHAR AS __currency,
           audience.__checked_number('report', 'customers', slipping, 0, 1000) AS __slipping,
           audience.__checked_switch('report', 'season', season) AS __season,
           CASE WHEN as_of IS NOT NULL THEN audience.__checked_date('report', 'as_of', as_of) END AS __given_day
), __seen AS (
    -- One row: what the orders reach to.
    SELECT max(__day) AS __latest, min(__day) FILTER (__amount IS NULL OR __amount >= 0) AS __first,
           CASE WHEN isinf(sum(abs(__amount)))
                THEN audience.__refused('report', 'amount adds up to more than a DOUBLE holds')
                ELSE true END AS __adds_up
    FROM query_table(orders)
)
SELECT __title, __currency, __slipping, __season, __first, __latest,
       coalesce(__given_day, __latest) AS __as_of,
       -- Where there is no day, there are no orders, and any will do.
       coalesce(__given_day, __latest, current_date) - 180 AS __cutoff,
       (date_trunc('month', coalesce(__given_day, __latest, current_date)) - INTERVAL 23 MONTH)::DATE AS __since
FROM __given, __seen
WHERE __adds_up;
