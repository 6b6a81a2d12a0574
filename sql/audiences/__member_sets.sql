-- One row per customer who is in an audience, with the set of the numbers that __audiences has given to theirs, and how
-- many rows repeated one of them. Rows with a NULL are ignored.
CREATE MACRO audience.__member_sets(caller, members, audiences) AS TABLE
WITH __rows AS (
    -- One row per row of the members.
    SELECT audience AS __audience, customer_id AS __customer FROM query_table(members)
), __sets AS (
    -- One row per customer.
    SELECT __customer, __audience_member_set(caller, __number) AS __set
    FROM __rows JOIN query_table(audiences) USING (__audience)
    WHERE __customer IS NOT NULL
    GROUP BY __customer
)
SELECT __customer, __set.audiences AS __set, __set.repeated AS __repeated
FROM __sets;
