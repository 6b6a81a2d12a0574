-- One row: the checked options of the back-tests.
CREATE MACRO audience.__backtest_options(caller, cutoff, days, season := true) AS TABLE
SELECT audience.__checked_date(caller, 'cutoff', cutoff) AS __cutoff,
       audience.__checked_number(caller, 'days', days, 1, 3650) AS __days,
       audience.__checked_switch(caller, 'season', season) AS __season;
