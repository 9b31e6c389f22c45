SELECT 0 AS n, unit, CAST(NULL AS BIGINT) AS to_unit, 0 AS at_us, '' AS actor, record AS message
FROM referral
WHERE unit = $1 AND village = $2 AND year = $3 AND ordinal = $4
UNION ALL
SELECT n, unit, to_unit, at_us, actor, payload
FROM trail
WHERE village = $2 AND year = $3 AND ordinal = $4
ORDER BY 1
