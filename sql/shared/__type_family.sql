-- What values of a type can be compared with; NULL of a plain NULL.
CREATE MACRO audience.__type_family(type) AS
CASE WHEN regexp_full_match(type, 'BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)') THEN 'number'
     WHEN regexp_full_match(type, 'FLOAT|DOUBLE|DECIMAL.*') THEN 'number'
     WHEN regexp_full_match(type, 'VARCHAR|ENUM.*') THEN 'text'
     WHEN regexp_full_match(type, 'DATE|TIMESTAMP.*') THEN 'time'
     WHEN ends_with(type, ']') THEN 'list'
     WHEN type <> '"NULL"' THEN regexp_extract(type, '^[A-Z]*') END;
