CREATE MACRO audience.report(
    orders,
    customer_id,
    order_date,
    amount,
    title := 'Customers',
    currency := NULL,
    as_of := NULL,
    filter := true,
    customers := 20,
    members := 'audience.main.__no_members'
) AS TABLE
WITH __report_orders AS MATERIALIZED (
    -- One row per order row of a customer up to as_of.
    FROM audience.__report_orders(orders, customer_id, order_date, amount, as_of, filter)
), __report_options AS MATERIALIZED (
    -- One row: the checked options, and the days that the page is about.
    FROM audience.__report_options('__report_orders', title, currency, as_of, customers)
), __report_customers AS MATERIALIZED (
    -- One row per customer with a purchase.
    FROM audience.customers('__report_orders', __customer, __day, __amount,
                            as_of := (SELECT __as_of FROM __report_options))
), __report_sections AS (
    -- One row: all that the page shows, as one text.
    SELECT to_json({
        'title': __title,
        'currency': __currency,
        'as_of': __as_of,
        'first_order_date': __first,
        'cutoff': __cutoff,
        'most_slipping': __slipping,
        'has_members': members <> 'audience.main.__no_members',
        'headlines': (SELECT __rows FROM audience.__report_headlines('__report_orders', '__report_customers',
                                                              (SELECT __as_of FROM __report_options))),
        'stages': (SELECT __rows FROM audience.__report_stages('__report_orders', (SELECT __since FROM __report_options),
                                                        (SELECT __as_of FROM __report_options))),
        'value': (SELECT __rows FROM audience.__report_value('__report_orders', '__report_customers',
                                                      (SELECT __as_of FROM __report_options))),
        'gaps': (SELECT __rows FROM audience.__report_gaps('__report_orders', (SELECT __as_of FROM __report_options))),
        'lapse': (SELECT __rows FROM audience.__report_lapse('__report_orders', (SELECT __as_of FROM __report_options))),
        'cohorts': (SELECT __rows FROM audience.__report_cohorts('__report_orders', '__report_customers',
                                                          (SELECT __since FROM __report_options),
                                                          (SELECT __as_of FROM __report_options))),
        'deciles': (SELECT __rows FROM audience.__report_deciles('__report_orders', (SELECT __cutoff FROM __report_options))),
        'quality': (SELECT __rows FROM audience.__report_quality('__report_orders', (SELECT __cutoff FROM __report_options))),
        'slipping': (SELECT __rows FROM audience.__report_slipping('__report_customers',
                                                            (SELECT __slipping FROM __report_options))),
        'audiences': (SELECT __rows FROM audience.__report_audiences(members, '__report_customers'))
    })::VARCHAR AS __page
    FROM __report_options
)
SELECT __audience_report_page('report', __page) AS report FROM __report_sections;
