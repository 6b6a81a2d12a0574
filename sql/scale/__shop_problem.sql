-- What is wrong with the STRUCT of a shop, as an error goes on behind its name; NULL if nothing is. An empty shop has
-- no day.
CREATE MACRO audience.__shop_problem(shop, groups_have_gaps) AS
CASE WHEN shop.format_version IS NULL THEN ' must be the STRUCT of audience.shop, got NULL'
     WHEN shop.format_version <> 1
     THEN concat(' has the format version ', shop.format_version,
                 ', and this version of audience reads 1; make it anew with audience.shop')
     WHEN coalesce(shop.customers < 0, true)
     THEN concat('.customers must be at least 0, got ', coalesce(shop.customers::VARCHAR, 'NULL'))
     WHEN shop.customers > 0 AND NOT coalesce(isfinite(shop.as_of), false)
     THEN concat('.as_of must be a finite date, got ', coalesce(shop.as_of::VARCHAR, 'NULL'))
     WHEN NOT coalesce(shop.horizon_days BETWEEN 1 AND 3650, false)
     THEN concat('.horizon_days must be 1 to 3650, got ', coalesce(shop.horizon_days::VARCHAR, 'NULL'))
     WHEN shop.value_days NOT BETWEEN 1 AND 3650
     THEN concat('.value_days must be 1 to 3650, got ', shop.value_days)
     WHEN shop.discount_rate NOT BETWEEN 0 AND 1
     THEN concat('.discount_rate must be 0 to 1, got ', shop.discount_rate)
     WHEN NOT isfinite(shop.vip_value) THEN concat('.vip_value must be finite, got ', shop.vip_value)
     WHEN NOT coalesce(shop.rfm.bins BETWEEN 2 AND 10
                       AND len(shop.rfm.r_cuts) = shop.rfm.bins - 1
                       AND list_sort(shop.rfm.r_cuts, 'ASC') = shop.rfm.r_cuts
                       AND len(shop.rfm.f_cuts) = shop.rfm.bins - 1
                       AND list_sort(shop.rfm.f_cuts, 'ASC') = shop.rfm.f_cuts
                       AND len(shop.rfm.m_cuts) = shop.rfm.bins - 1
                       AND list_sort(shop.rfm.m_cuts, 'ASC') = shop.rfm.m_cuts,
                       shop.rfm IS NULL)
     THEN '.rfm must have bins from 2 to 10, and one ascending cut less than bins for each of r, f and m'
     WHEN shop.lapse.threshold_days < 0
     THEN concat('.lapse.threshold_days must be at least 0, got ', shop.lapse.threshold_days)
     WHEN shop.peer_gaps IS NULL OR NOT groups_have_gaps
     THEN '.peer_gaps must have groups, each once and with typical_gap_days above 0'
     WHEN shop.model IS NULL THEN '.model must be the STRUCT of audience.purchase_model, got NULL'
END;
