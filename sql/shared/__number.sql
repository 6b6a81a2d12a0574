-- The number that an option is, or NULL; true is none, though it casts to 1.
CREATE MACRO audience.__number(value) AS CASE WHEN typeof(value) <> 'BOOLEAN' THEN TRY_CAST(value AS DOUBLE) END;
