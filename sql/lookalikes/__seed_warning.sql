-- What is wrong with a seed, or NULL: too few customers or others, one figure or one product that tells it, or products
-- of its own.
CREATE MACRO audience.__seed_warning(fit, telling, product) AS
nullif(concat_ws('; ',
    CASE WHEN fit IS NULL OR fit.seeds + fit.others = 0 THEN 'there is no customer'
         WHEN fit.seeds = 0 THEN 'seed holds for no customer'
         WHEN fit.others = 0 THEN 'seed holds for every customer, so there is nobody to tell seeds from'
         WHEN fit.others = 1 THEN 'seed leaves only one other customer, from whom nobody can be told'
         WHEN fit.seeds < 20 THEN concat('with only ', audience.__counted(fit.seeds, 'seed customer', 'seed customers'),
                                         ', what they have in common may be chance') END,
    CASE WHEN fit.figure_auc >= 0.95
         THEN concat(fit.figure, format(' alone tells seeds from the others with an AUC of {:.2f}: ', fit.figure_auc),
                     'the seed is defined by it, and the lookalikes are little more than the next in its order') END,
    CASE WHEN telling.auc >= 0.95
         THEN concat('having bought ', product::VARCHAR,
                     format(' alone tells seeds from the others with an AUC of {:.2f}: ', telling.auc),
                     'the seed is defined by it; leave it out with filter, or ask interested_in who wants it')
         WHEN fit.others > 0 AND fit.exclusive >= 0.9 * fit.seeds AND fit.seeds > 1
         THEN concat(fit.exclusive, ' of ', fit.seeds, ' seed customers bought products that nobody else bought: ',
                     'the seed is defined by them; leave them out with filter, or ask interested_in who wants them') END
), '');
