SELECT x.unit, x.year, x.token
FROM jsonb_each($1) AS k
CROSS JOIN token AS x
WHERE x.unit = CAST(k.value ->> 'unit' AS BIGINT) AND x.year = CAST(k.value ->> 'year' AS BIGINT)
  AND x.token = unhex(k.value ->> 'token')
