SELECT r.level, COUNT(*) AS matters,
       CAST(SUM(CASE WHEN r.waits_until_us < $3 THEN 1 ELSE 0 END) AS BIGINT) AS red,
       CAST(SUM(CASE WHEN r.waits_until_us >= $3 AND r.waits_until_us <= $4 THEN 1 ELSE 0 END) AS BIGINT) AS yellow
FROM jsonb_each($1) AS k
CROSS JOIN referral AS r
WHERE r.unit = CAST(k.value ->> 'unit' AS BIGINT) AND r.village = r.unit AND r.year = $2
GROUP BY r.level
ORDER BY r.level
