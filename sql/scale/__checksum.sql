-- What tells order lines from others: a sum of DuckDB's hashes, which are the same in every version since 1.4. It adds
-- up over parts, whatever the order of the lines, and is a BIGINT, which every tool can store.
CREATE MACRO audience.__checksum(hashes) AS
(coalesce(sum(hashes >> 2), 0) % 4611686018427387904)::BIGINT;
