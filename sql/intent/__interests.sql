-- Every customer's purchase intent for every label, ordered by both: what interests, interested_in and cross_sell
-- share. Labels are the values of `label`, and also those of the list `labels` that no line has. `caller` is the
-- function that an error names.
CREATE MACRO audience.__interests(
    caller,
    lines,
    customer_id,
    order_date,
    product,
    label,
    labels,
    as_of,
    filter,
    horizon_days,
    name,
    only_new,
    top
) AS TABLE
WITH __lines AS (
    SELECT customer_id AS __customer, order_date::DATE AS __day, product AS __product, label AS __label, name::VARCHAR AS __name
    FROM query_table(lines)
    WHERE filter
), __known AS MATERIALIZED (
    FROM __lines
    WHERE __customer IS NOT NULL AND isfinite(__day) AND __day <= coalesce(as_of::DATE, current_date)
), __named AS MATERIALIZED (
    SELECT __product, __label, __name, count(*) AS __rows
    FROM __known
    GROUP BY ALL
), __products AS MATERIALIZED (
    SELECT __product, coalesce(first(__name ORDER BY __rows DESC, __name) FILTER (WHERE __name <> ''), __product::VARCHAR) AS __name,
           (row_number() OVER (ORDER BY __product) - 1)::INTEGER AS __index
    FROM (SELECT __product, __name, sum(__rows) AS __rows FROM __named WHERE __product IS NOT NULL GROUP BY ALL)
    GROUP BY __product
), __labels AS MATERIALIZED (
    SELECT __label, (row_number() OVER (ORDER BY __label) - 1)::INTEGER AS __number
    FROM (SELECT __label FROM __named WHERE __label IS NOT NULL UNION SELECT unnest(labels))
), __numbered AS MATERIALIZED (
    SELECT DISTINCT __named.__product, __named.__label, __products.__index, __labels.__number
    FROM __named
    LEFT JOIN __products ON __products.__product = __named.__product
    LEFT JOIN __labels ON __labels.__label = __named.__label
), __baskets AS MATERIALIZED (
    SELECT __customer, __packed.basket AS __basket, __packed.latest AS __latest
    FROM (
        SELECT __known.__customer, __audience_basket(caller, __numbered.__index, __known.__day, __numbered.__number) AS __packed
        FROM __known
        JOIN __numbered ON __numbered.__product IS NOT DISTINCT FROM __known.__product
                       AND __numbered.__label IS NOT DISTINCT FROM __known.__label
        GROUP BY __known.__customer
    )
), __frame AS MATERIALIZED (
    SELECT __as_of, __horizon_days, __only_new, __top, __members,
           (SELECT count(*) FROM __products)::INTEGER AS __product_count,
           CASE WHEN __label_count > 1000
                THEN error(concat('audience: ', caller, ': label must have at most 1,000 values, got ', format('{:,}', __label_count)))
                -- The counts allow as many pairs: MOST_PAIRS in src/models/intent/counts.rs.
                WHEN __label_count * (SELECT count(*) FROM __products) > 33_554_432
                THEN error(concat('audience: ', caller, ': label has ', format('{:,}', __label_count), ' values for ',
                                  format('{:,}', (SELECT count(*) FROM __products)), ' products; at most 33,554,432 pairs of both are counted: use coarser labels or a filter'))
                ELSE __label_count::INTEGER END AS __label_count
    FROM audience.__intent_options(caller, horizon_days, only_new, top),
         audience.__clock(caller, '__baskets', as_of),
         (SELECT __audience_label_members(caller, __index, __number) AS __members FROM __numbered),
         (SELECT count(*) AS __label_count FROM __labels)
-- All that is the same for every customer travels in one row, and nothing is joined between the weights and the scores:
-- DuckDB pulls projections above joins, and would store a copy of the weights for every customer.
), __weighed AS MATERIALIZED (
    SELECT * EXCLUDE (__members)
    FROM __frame, (
        SELECT __audience_intent_weights(caller, __basket, __members, __product_count, __label_count, __as_of, __horizon_days) AS __weights
        FROM __baskets, __frame
    )
), __scaled AS MATERIALIZED (
    SELECT *
    FROM __weighed, (SELECT __audience_intent_scales(caller, __basket, __weights, __horizon_days) AS __scales FROM __baskets, __weighed)
), __calibrated AS MATERIALIZED (
    SELECT *
    FROM __scaled, (SELECT __audience_intent_calibration(caller, __basket, __weights, __scales, __horizon_days) AS __calibration FROM __baskets, __scaled)
), __scored AS (
    SELECT __customer, unnest(__scores) AS __score, __as_of, __horizon_days, __only_new, __top
    FROM (
        SELECT __customer, __audience_intent_scores(caller, __basket, __weights, __scales, __calibration, __horizon_days) AS __scores,
               __as_of, __horizon_days, __only_new, __top
        FROM __baskets, __calibrated
    )
), __ranked AS (
    SELECT __customer, __score, __as_of, __horizon_days,
           row_number() OVER (PARTITION BY __score.label ORDER BY __score.score DESC, __customer) AS __rank
    FROM __scored
    WHERE NOT __only_new OR __score.last_bought IS NULL
    QUALIFY __rank <= coalesce(__top, __rank)
), __ordered AS (
    -- Sorted before the reasons are added, which are most of a row.
    FROM __ranked
    ORDER BY __score.label, __customer
), __catalogue AS MATERIALIZED (
    SELECT list(__product ORDER BY __index) AS __product_list, list(__name ORDER BY __index) AS __name_list,
           (SELECT list(__label ORDER BY __number) FROM __labels) AS __label_list
    FROM __products
)
SELECT
    __label_list[__score.label + 1] AS __label,
    __customer,
    __rank,
    __score,
    [
        {'product': __product_list[__score.first.product + 1], 'name': __name_list[__score.first.product + 1],
         'buyers': __score.first.buyers::BIGINT, 'co_buyers': __score.first.co_buyers::BIGINT, 'weight': __score.first.weight},
        {'product': __product_list[__score.second.product + 1], 'name': __name_list[__score.second.product + 1],
         'buyers': __score.second.buyers::BIGINT, 'co_buyers': __score.second.co_buyers::BIGINT, 'weight': __score.second.weight},
        {'product': __product_list[__score.third.product + 1], 'name': __name_list[__score.third.product + 1],
         'buyers': __score.third.buyers::BIGINT, 'co_buyers': __score.third.co_buyers::BIGINT, 'weight': __score.third.weight}
    ][:(__score.first IS NOT NULL)::INTEGER + (__score.second IS NOT NULL)::INTEGER + (__score.third IS NOT NULL)::INTEGER] AS __because,
    __audience_explain_intent(caller, __score, __name_list[__score.first.product + 1], __as_of, __horizon_days) AS __reason
FROM __ordered, __catalogue;
