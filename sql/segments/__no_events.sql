-- The default of `events`: no relation of events was given.
CREATE VIEW audience.main.__no_events AS SELECT true AS nothing WHERE false;
