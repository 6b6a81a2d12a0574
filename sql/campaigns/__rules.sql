-- One row per step of a rule, as __rule_steps.
CREATE MACRO audience.__rules(caller, rules) AS TABLE
WITH __rule_table AS (
    -- One row: the rules.
    FROM audience.__rule_table(caller, rules)
)
FROM audience.__rule_steps(caller, '__rule_table');
