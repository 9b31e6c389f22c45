SELECT year, COUNT(*) AS matters, CAST(SUM(cost_estimate_fen) AS BIGINT) AS fen
FROM matter
WHERE unit = $1 AND year BETWEEN $2 AND $3 AND project_ordinal IS NOT NULL
GROUP BY year
