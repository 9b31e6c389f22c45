SELECT COUNT(*) AS referrals,
       CAST(COALESCE(SUM(CASE WHEN r.due_us < $6 THEN 1 ELSE 0 END), 0) AS BIGINT) AS red,
       CAST(COALESCE(SUM(CASE WHEN r.due_us >= $6 AND r.due_us <= $7 THEN 1 ELSE 0 END), 0) AS BIGINT) AS yellow
FROM jsonb_each($1) AS k
CROSS JOIN referral AS r
WHERE r.unit = CAST(k.value ->> 'unit' AS BIGINT)
  AND ($2 = 0 OR r.is_open = 1)
  AND (CAST($3 AS BIGINT) IS NULL OR r.year = $3)
  AND ($4 = 0 OR ($4 >> CAST(r.state AS INTEGER)) % 2 = 1)
  AND ($5 = 0 OR ($5 >> CAST(r.level AS INTEGER)) % 2 = 1)
  AND (CAST($8 AS BIGINT) IS NULL OR r.due_us < $8)
