SELECT b.unit, b.year, b.channels, b.transfers, b.answered, b.settled
FROM jsonb_each($1) AS k
CROSS JOIN book AS b
WHERE b.unit = CAST(k.value ->> 'unit' AS BIGINT) AND b.year = CAST(k.value ->> 'year' AS BIGINT)
