-- One row: what parts that can be added up have in common, and the lines of all of them. `maker` is the function that
-- makes them, in these steps.
CREATE MACRO audience.__agreed_parts(caller, parts, given, steps, maker) AS TABLE
WITH __summed AS (
    -- One row: of all parts.
    SELECT {
               'parts': count(*),
               'formats': count(*) FILTER (__part.format_version IS DISTINCT FROM audience.__parts_format()),
               'format_version': first(__part.format_version ORDER BY __part.format_version ASC)
                                 FILTER (__part.format_version IS DISTINCT FROM audience.__parts_format()),
               'steps': count(DISTINCT coalesce(__part.step, '')),
               'step': min(__part.step),
               'fingerprints': count(DISTINCT coalesce(__part.fingerprint, '')),
               'fingerprint': min(__part.fingerprint),
               'days': count(DISTINCT coalesce(__part.as_of, DATE 'infinity')),
               'as_of': coalesce(min(__part.as_of), max(__part.latest_line_date)),
               'horizons': count(DISTINCT coalesce(__part.horizon_days, 0)),
               'horizon_days': min(__part.horizon_days),
               'lines': sum(__part.lines)::BIGINT,
               'checksum': (sum(__part.checksum) % 4611686018427387904)::BIGINT,
               'negative': count(*) FILTER (NOT coalesce(__part.lines >= 0 AND __part.checksum >= 0, false)),
               'states': count(*) FILTER (__part.step <> 'products' AND __part.state IS NULL)
           } AS __agreed
    FROM query_table(parts)
), __refused AS (
    -- One row: also what is wrong.
    SELECT __agreed, audience.__part_problem(__agreed, {'step': __step, 'fingerprint': __fingerprint,
                                                        'lines': __line_count, 'checksum': __checksum},
                                              audience.__next_step(steps, __step), maker) AS __problem
    FROM __summed, query_table(given)
)
SELECT CASE WHEN __problem IS NULL THEN __agreed ELSE audience.__refused(caller, concat('parts', __problem)) END
           AS __agreed
FROM __refused;
