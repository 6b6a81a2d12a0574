-- Why a method has no measures, or what its probabilities rest on; NULL where there is nothing to say.
CREATE MACRO audience.__backtest_problem(
    customers,
    returned,
    quality,
    unseen,
    cutoff,
    days
) AS
CASE WHEN customers = 0 THEN concat('no customer has a purchase up to ', cutoff)
     WHEN returned = 0 THEN 'nobody returned, so there is nothing to tell apart'
     WHEN returned = customers THEN 'everybody returned, so there is nothing to tell apart'
     WHEN quality IS NULL
     THEN concat('no customer has a purchase up to ', cutoff - days, ', one window before the cutoff, ',
                 'so the rule has no return rates to predict with')
     WHEN unseen > 0
     THEN concat(unseen, ' of ', customers, ' customers fell into buckets that were empty on ', cutoff - days,
                 ', one window before the cutoff, and got the return rate of all customers then') END;
