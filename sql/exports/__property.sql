-- The value of a property as the platform imports it. A number, a date or a truth value cannot be a formula, although
-- it may begin with a minus.
CREATE MACRO audience.__property(
    caller,
    platform,
    value,
    disarm_formulas
) AS
CASE WHEN regexp_matches(typeof(value), '^(STRUCT|MAP|UNION|TUPLE|VARIANT)|\]$')
     THEN __audience_property(caller, platform, to_json(value)::VARCHAR, true, disarm_formulas)
     WHEN regexp_matches(typeof(value), 'INT|FLOAT|DOUBLE|DECIMAL|^DATE|^TIME|BOOLEAN')
     THEN value::VARCHAR
     ELSE __audience_property(caller, platform, value::VARCHAR, false, disarm_formulas)
END;
