-- The value of an argument that is true or false; a text or a number is neither.
CREATE MACRO audience.__checked_switch(caller, argument, value) AS
audience.__checked(caller, argument, value, typeof(value) = 'BOOLEAN' AND value IS NOT NULL, 'true or false')::BOOLEAN;
