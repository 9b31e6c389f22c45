SELECT j.unit, j.chain
FROM jsonb_each($1) AS k
CROSS JOIN journal AS j
WHERE j.unit = CAST(k.value ->> 'unit' AS BIGINT) AND j.seq = CAST(k.value ->> 'seq' AS BIGINT)
