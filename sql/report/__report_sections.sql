-- One row: what the page shows, section by section, as models/report/facts.rs reads it. `options` and `scored` are
-- relations of __report_options and audience.customers. Sections are CTEs and not subqueries, in which DuckDB before
-- 2.0 allows fewer joins.
CREATE MACRO audience.__report_sections(
    orders,
    options,
    scored,
    members,
    lines
) AS TABLE
WITH __report_day AS MATERIALIZED (
    -- One row: the days, how many customers are shown, and whether seasons are wanted.
    SELECT __as_of, __since, __cutoff, __slipping, __season FROM query_table(options)
), __report_overview AS MATERIALIZED (
    -- One row, as in all that follow.
    FROM audience.__report_overview(orders, (SELECT __as_of FROM __report_day), (SELECT __season FROM __report_day))
), __report_stages AS MATERIALIZED (
    -- One row.
    FROM audience.__report_stages(orders, (SELECT __since FROM __report_day), (SELECT __as_of FROM __report_day))
), __report_value AS MATERIALIZED (
    -- One row.
    FROM audience.__report_value(orders, (SELECT __as_of FROM __report_day), (SELECT __season FROM __report_day))
), __report_gaps AS MATERIALIZED (
    -- One row.
    FROM audience.__report_gaps(orders, (SELECT __as_of FROM __report_day))
), __report_lapse AS MATERIALIZED (
    -- One row.
    FROM audience.__report_lapse(orders, (SELECT __as_of FROM __report_day))
), __report_cohorts AS MATERIALIZED (
    -- One row.
    FROM audience.__report_cohorts(orders, scored, (SELECT __since FROM __report_day),
                                   (SELECT __as_of FROM __report_day))
), __report_tested AS MATERIALIZED (
    -- One row per order row if there are orders before the cutoff and after it, else none.
    FROM query_table(orders)
    WHERE (SELECT __first <= __cutoff AND __cutoff < __latest FROM query_table(options))
), __report_deciles AS MATERIALIZED (
    -- One row.
    FROM audience.__report_deciles('__report_tested', (SELECT __cutoff FROM __report_day),
                                   (SELECT __season FROM __report_day))
), __report_quality AS MATERIALIZED (
    -- One row.
    FROM audience.__report_quality('__report_tested', (SELECT __cutoff FROM __report_day),
                                   (SELECT __season FROM __report_day))
), __report_slipping AS MATERIALIZED (
    -- One row.
    FROM audience.__report_slipping(scored, (SELECT __slipping FROM __report_day))
), __report_audiences AS MATERIALIZED (
    -- One row.
    FROM audience.__report_audiences(orders, scored, members, lines, (SELECT __as_of FROM __report_day))
)
SELECT {
    'title': __title, 'currency': __currency, 'as_of': __as_of, 'first_order_date': __first, 'cutoff': __cutoff,
    'most_slipping': __slipping, 'has_members': members <> '__not_given',
    'overview': __report_overview.__rows, 'stages': __report_stages.__rows, 'value': __report_value.__rows,
    'gaps': __report_gaps.__rows, 'lapse': __report_lapse.__rows, 'cohorts': __report_cohorts.__rows,
    'deciles': __report_deciles.__rows, 'quality': __report_quality.__rows, 'slipping': __report_slipping.__rows,
    'audiences': __report_audiences.__rows
} AS __sections
FROM query_table(options), __report_overview, __report_stages, __report_value, __report_gaps, __report_lapse,
     __report_cohorts, __report_deciles, __report_quality, __report_slipping, __report_audiences;
