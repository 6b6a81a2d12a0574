-- A number with its noun: 1 customer, 2 customers.
CREATE MACRO audience.__counted(number, singular, plural) AS
concat(number, ' ', if(number = 1, singular, plural));
