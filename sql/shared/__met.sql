-- Whether a condition over order lines holds for any of them, or an error: it is misspelt more often than meant. Where
-- there is no line there is nothing to say.
CREATE MACRO audience.__met(
    caller,
    argument,
    all_lines,
    lines_met,
    problem := 'holds for no order line'
) AS
CASE WHEN all_lines > 0 AND lines_met = 0 THEN audience.__refused(caller, concat(argument, ' ', problem))
     ELSE true
END;
