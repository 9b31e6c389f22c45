SELECT r.unit, r.village, r.year, r.ordinal, r.due_us, r.record
FROM jsonb_each($1) AS k
CROSS JOIN referral AS r
WHERE r.unit = CAST(k.value ->> 'unit' AS BIGINT) AND r.due_us IS NULL
  AND ($2 = 0 OR r.is_open = 1)
  AND (CAST($3 AS BIGINT) IS NULL OR r.year = $3)
  AND ($4 = 0 OR ($4 >> CAST(r.state AS INTEGER)) % 2 = 1)
  AND ($5 = 0 OR ($5 >> CAST(r.level AS INTEGER)) % 2 = 1)
  AND (r.unit, r.village, r.year, r.ordinal) > ($6, $7, $8, $9)
ORDER BY r.unit, r.village, r.year, r.ordinal
LIMIT $10
