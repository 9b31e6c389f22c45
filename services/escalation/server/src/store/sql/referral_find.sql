SELECT r.record
FROM jsonb_each($1) AS k
CROSS JOIN referral AS r
WHERE r.unit = CAST(k.value ->> 'unit' AS BIGINT) AND r.village = CAST(k.value ->> 'village' AS BIGINT)
  AND r.year = CAST(k.value ->> 'year' AS BIGINT) AND r.ordinal = CAST(k.value ->> 'ordinal' AS BIGINT)
