SELECT a.unit, a.year, MAX(a.ordinal) AS ordinal
FROM jsonb_each($1) AS k
CROSS JOIN activity AS a
WHERE a.unit = CAST(k.value ->> 'unit' AS BIGINT) AND a.year = CAST(k.value ->> 'year' AS BIGINT)
GROUP BY a.unit, a.year
