-- The default of `rules`.
CREATE VIEW audience.__triggers AS FROM audience.triggers();
