SELECT m.record, CAST(NULL AS BIGINT) AS reward_fen
FROM jsonb_each($1) AS k
CROSS JOIN matter AS m
WHERE m.unit = CAST(k.value ->> 'unit' AS BIGINT) AND (CAST($2 AS BIGINT) IS NULL OR m.year = $2)
UNION ALL
SELECT NULL, r.amount_fen
FROM jsonb_each($1) AS k
CROSS JOIN reward AS r
WHERE r.unit = CAST(k.value ->> 'unit' AS BIGINT) AND r.paid_us IS NOT NULL
  AND (CAST($2 AS BIGINT) IS NULL OR r.channel_year = $2)
