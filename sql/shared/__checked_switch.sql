-- The value of an argument that is true or false.
CREATE MACRO audience.__checked_switch(caller, argument, value) AS
audience.__checked(caller, argument, value, value IS NOT NULL, 'true or false')::BOOLEAN;
