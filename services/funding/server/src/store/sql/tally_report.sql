SELECT category, kind, CAST(SUM(number) AS BIGINT) AS number, CAST(SUM(committed_fen) AS BIGINT) AS committed_fen,
       CAST(SUM(paid_fen) AS BIGINT) AS paid_fen
FROM tally
WHERE unit = $1 AND (CAST($2 AS BIGINT) IS NULL OR year = $2)
GROUP BY category, kind
