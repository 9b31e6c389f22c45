SELECT m.record
FROM jsonb_each($1) AS k
CROSS JOIN matter AS m
WHERE m.unit = CAST(k.value ->> 'unit' AS BIGINT) AND m.year = $2 AND m.subcategory = ''
