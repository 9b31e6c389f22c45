SELECT level, CAST(SUM(matters) AS BIGINT) AS matters,
       CAST(SUM(CASE WHEN waits_until_us > 0 AND waits_until_us < $3 THEN matters ELSE 0 END) AS BIGINT) AS red,
       CAST(SUM(CASE WHEN waits_until_us >= $3 AND waits_until_us <= $4 THEN matters ELSE 0 END) AS BIGINT) AS yellow
FROM tally
WHERE unit = $1 AND year = $2
GROUP BY level
ORDER BY level
