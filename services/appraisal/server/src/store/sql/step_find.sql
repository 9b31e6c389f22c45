SELECT x.unit, x.year, x.village, x.ordinal, x.own_us, x.answer_us
FROM jsonb_each($1) AS k
CROSS JOIN step AS x
WHERE x.unit = CAST(k.value ->> 'unit' AS BIGINT) AND x.year = CAST(k.value ->> 'year' AS BIGINT)
  AND x.village = CAST(k.value ->> 'village' AS BIGINT) AND x.ordinal = CAST(k.value ->> 'ordinal' AS BIGINT)
