SELECT m.category, m.subcategory, m.taxonomy, COUNT(*) AS matters, CAST(SUM(m.cost_estimate_fen) AS BIGINT) AS fen,
       COUNT(m.project_ordinal) AS determined,
       CAST(COALESCE(SUM(CASE WHEN m.project_ordinal IS NULL THEN 0 ELSE m.cost_estimate_fen END), 0) AS BIGINT) AS determined_fen
FROM jsonb_each($1) AS k
CROSS JOIN matter AS m
WHERE m.unit = CAST(k.value ->> 'unit' AS BIGINT) AND m.year = $2 AND m.subcategory <> ''
GROUP BY m.category, m.subcategory, m.taxonomy
