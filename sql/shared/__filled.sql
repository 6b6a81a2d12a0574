-- How many of the fields first, second and third a score has.
CREATE MACRO audience.__filled(score) AS
(score.first IS NOT NULL)::INTEGER + (score.second IS NOT NULL)::INTEGER + (score.third IS NOT NULL)::INTEGER;
