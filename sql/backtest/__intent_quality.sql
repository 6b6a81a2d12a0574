-- One row per label: how well purchase intent, having bought before and activity ranked the customers who bought it
-- later.
CREATE MACRO audience.__intent_quality(caller, scored) AS TABLE
SELECT __label, __place,
       count(__score) AS __customers,
       count(*) FILTER (WHERE __later) AS __buyers,
       __audience_score_order(caller, __score.score, __later) FILTER (WHERE __score.label_buyers > 0) AS __audience,
       -- Who has not bought ranks below 0, and orders little far below.
       __audience_score_order(caller, CASE WHEN __score.last_bought IS NULL THEN -1 / greatest(__score.activity, 1e-300)
                                           ELSE __score.activity END,
                              __later) FILTER (WHERE __score.label_buyers > 0) AS __bought_before,
       __audience_score_order(caller, __score.activity, __later) FILTER (WHERE __score.label_buyers > 0) AS __activity,
       __audience_ranking(caller, __score.probability, __later).calibration_error AS __calibration_error
FROM query_table(scored)
GROUP BY __label, __place;
