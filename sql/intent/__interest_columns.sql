-- One row per label and customer, as __interest_rows has them: the columns that analysts see.
CREATE MACRO audience.__interest_columns(interests) AS TABLE
SELECT
    __label AS label,
    __customer AS customer_id,
    __rank AS rank,
    __score.probability,
    __lift AS lift,
    __score.new_lift AS lift_among_new,
    __share AS cumulative_buyer_share,
    __score.expected_revenue,
    __score.score,
    __score.last_bought IS NOT NULL AS has_bought,
    __score.last_bought AS last_bought_date,
    __because AS because,
    __reason AS reason,
    __score.evidence,
    __score.years_on_record
FROM query_table(interests);
