-- The default of `log`: nothing was sent yet.
CREATE VIEW audience.__no_log AS
SELECT NULL::VARCHAR AS customer_id, NULL::VARCHAR AS rule, NULL::INTEGER AS step, NULL::TIMESTAMP AS sent_at,
       NULL::BOOLEAN AS held_out
WHERE false;
