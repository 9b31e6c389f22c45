SELECT x.unit, x.year, x.village, x.position, x.rank, x.paid_fen, x.paid_us
FROM jsonb_each($1) AS k
CROSS JOIN reward AS x
WHERE x.unit = CAST(k.value ->> 'unit' AS BIGINT) AND x.year = CAST(k.value ->> 'year' AS BIGINT)
  AND x.village = CAST(k.value ->> 'village' AS BIGINT)
