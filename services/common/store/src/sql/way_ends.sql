SELECT j.unit, j.to_unit, j.entry_hash
FROM jsonb_each($1) AS k
CROSS JOIN journal AS j
WHERE j.to_unit = CAST(k.value ->> 'to_unit' AS BIGINT) AND j.unit = CAST(k.value ->> 'unit' AS BIGINT)
  AND j.to_seq = CAST(k.value ->> 'to_seq' AS BIGINT)
UNION ALL
SELECT l.unit, l.to_unit, l.entry_hash
FROM jsonb_each($1) AS k
CROSS JOIN letter AS l
WHERE l.to_unit = CAST(k.value ->> 'to_unit' AS BIGINT) AND l.unit = CAST(k.value ->> 'unit' AS BIGINT)
  AND l.to_seq = CAST(k.value ->> 'to_seq' AS BIGINT)
