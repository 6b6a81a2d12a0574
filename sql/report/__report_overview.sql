-- One row: the stages on the day of the page, and on the same day of earlier months.
CREATE MACRO audience.__report_overview(orders, as_of, season) AS TABLE
WITH __stages AS (
    -- One row per stage, and one for all customers.
    FROM audience.overview(orders, __customer, __day, __amount, as_of := as_of, season := season)
)
SELECT list({
    'lifecycle_stage': lifecycle_stage::VARCHAR,
    'customers': customers,
    'customers_1_month_before': customers_1_month_before,
    'customers_3_months_before': customers_3_months_before,
    'customers_6_months_before': customers_6_months_before,
    'customers_year_before': customers_year_before,
    'revenue_30_days': revenue_30_days,
    'revenue_365_days': revenue_365_days,
    'revenue_365_days_year_before': revenue_365_days_year_before,
    'expected_revenue': expected_revenue,
    'expected_revenue_year_before': expected_revenue_year_before,
    'new_customers': new_customers,
    'new_customers_year_before': new_customers_year_before,
    'won_back': won_back,
    'won_back_year_before': won_back_year_before
} ORDER BY lifecycle_stage ASC NULLS LAST) AS __rows
FROM __stages;
