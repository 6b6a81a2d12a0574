-- Ends the query. `problem` says what is wrong and begins with the argument; `caller` is the function that was called.
CREATE MACRO audience.__refused(caller, problem) AS
error(concat('audience: ', caller, ': ', problem));
