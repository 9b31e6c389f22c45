SELECT p.unit, p.fen
FROM jsonb_each($1) AS k
CROSS JOIN purse AS p
WHERE p.unit = CAST(k.value ->> 'unit' AS BIGINT)
