-- What is learned after a step of `steps`, or first; NULL where everything is.
CREATE MACRO audience.__next_step(steps, step) AS
steps[coalesce(list_position(steps, step), 0) + 1];
