-- One row: the checked options of the lifecycle functions. NULL is the default of those of the stages.
CREATE MACRO audience.__lifecycle_options(
    caller,
    stored,
    just_ordered_days := NULL,
    lost_after_gaps := NULL,
    horizon_days := 180
) AS TABLE
SELECT {
           'just_ordered_days': audience.__checked_whole(
               caller, 'just_ordered_days', just_ordered_days,
               just_ordered_days IS NULL OR audience.__number(just_ordered_days) BETWEEN 0 AND 3650,
               '0 to 3650')::INTEGER,
           'lost_after_gaps': audience.__checked(
               caller, 'lost_after_gaps', lost_after_gaps,
               lost_after_gaps IS NULL OR audience.__number(lost_after_gaps) BETWEEN 1.1 AND 1000,
               '1.1 to 1000')::DOUBLE
       } AS __stage_options,
       audience.__checked_number(caller, 'horizon_days', horizon_days, 1, 3650) AS __horizon_days
FROM audience.__one(stored);
