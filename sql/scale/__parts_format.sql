-- The version of what audience.intent_part and audience.lookalike_part make, and of the models of these parts. With
-- another form of a STRUCT or of a BLOB in it, it is another.
CREATE MACRO audience.__parts_format() AS 2;
