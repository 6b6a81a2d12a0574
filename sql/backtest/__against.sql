-- Two numbers that differ, with four decimals or as many as tell them apart.
CREATE MACRO audience.__against(a, b) AS
CASE WHEN format('{:.4f}', a) <> format('{:.4f}', b) THEN format('{:.4f} against {:.4f}', a, b)
     WHEN format('{:.8f}', a) <> format('{:.8f}', b) THEN format('{:.8f} against {:.8f}', a, b)
     ELSE concat(a, ' against ', b)
END;
