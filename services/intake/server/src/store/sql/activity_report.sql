SELECT a.kind, COUNT(*) AS activities, CAST(SUM(a.participants) AS BIGINT) AS participants
FROM jsonb_each($1) AS k
CROSS JOIN activity AS a
WHERE a.unit = CAST(k.value ->> 'unit' AS BIGINT) AND a.year = $2 AND a.counts = 1
GROUP BY a.kind
ORDER BY a.kind
