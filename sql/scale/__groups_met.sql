-- True, or an error where the shop has peer groups and the histories, of which there are `here`, were made without:
-- then nobody would be judged by their group. Without peer_group it is an INTEGER that is NULL, in DuckDB 2.0 also a
-- NULL without a type. In a part of the customers it may be NULL because nobody's group is known.
CREATE MACRO audience.__groups_met(caller, peer_gaps, here, any_group, is_whole) AS
CASE WHEN len(peer_gaps) > 0 AND here > 0 AND any_group IS NULL
      AND (is_whole OR typeof(any_group) = '"NULL"'
           OR (typeof(any_group) = 'INTEGER' AND try_cast(peer_gaps[1].peer_group::VARCHAR AS INTEGER) IS NULL))
     THEN audience.__refused(caller, concat('histories must have the peer_group that the shop was made with, such as ',
                                            peer_gaps[1].peer_group::VARCHAR, ', got none'))
     ELSE true END;
