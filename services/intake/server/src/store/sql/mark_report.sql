SELECT COUNT(*) AS subjects, CAST(COALESCE(SUM(CASE WHEN m.ordinal = 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS villages
FROM jsonb_each($1) AS k
CROSS JOIN mark AS m
WHERE m.unit = CAST(k.value ->> 'unit' AS BIGINT) AND m.year = $2 AND m.marks > 0
