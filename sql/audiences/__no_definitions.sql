-- The default of `definitions`: no audiences are known beside those that have members.
CREATE VIEW audience.main.__no_definitions AS SELECT NULL AS name WHERE false;
