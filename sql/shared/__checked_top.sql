-- How many rows are asked for; NULL means all.
CREATE MACRO audience.__checked_top(caller, top) AS
audience.__checked_whole(caller, 'top', top, top IS NULL OR audience.__number(top) >= 1, 'at least 1')::BIGINT;
