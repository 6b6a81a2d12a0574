-- One row: what the page shows, section by section, as models/report/facts.rs reads it. `options` and `scored` are
-- relations of __report_options and audience.customers.
CREATE MACRO audience.__report_sections(
    orders,
    options,
    scored,
    members
) AS TABLE
WITH __report_day AS MATERIALIZED (
    -- One row: the days.
    SELECT __as_of, __since, __cutoff FROM query_table(options)
)
SELECT {
    'title': __title,
    'currency': __currency,
    'as_of': __as_of,
    'first_order_date': __first,
    'cutoff': __cutoff,
    'most_slipping': __slipping,
    'has_members': members <> 'audience.main.__no_members',
    'overview': (FROM audience.__report_overview(orders, (SELECT __as_of FROM __report_day))),
    'stages': (FROM audience.__report_stages(orders, (SELECT __since FROM __report_day),
                                             (SELECT __as_of FROM __report_day))),
    'value': (FROM audience.__report_value(orders, (SELECT __as_of FROM __report_day))),
    'gaps': (FROM audience.__report_gaps(orders, (SELECT __as_of FROM __report_day))),
    'lapse': (FROM audience.__report_lapse(orders, (SELECT __as_of FROM __report_day))),
    'cohorts': (FROM audience.__report_cohorts(orders, scored, (SELECT __since FROM __report_day),
                                               (SELECT __as_of FROM __report_day))),
    'deciles': (FROM audience.__report_deciles(orders, (SELECT __cutoff FROM __report_day))),
    'quality': (FROM audience.__report_quality(orders, (SELECT __cutoff FROM __report_day))),
    'slipping': (FROM audience.__report_slipping(scored, (SELECT any_value(__slipping) FROM query_table(options)))),
    'audiences': (FROM audience.__report_audiences(members, scored))
} AS __sections
FROM query_table(options);
