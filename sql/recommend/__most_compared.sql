-- How many products are compared with each other: MOST_PRODUCTS in src/models/recommend/neighbours.rs.
CREATE MACRO audience.__most_compared() AS 6000;
