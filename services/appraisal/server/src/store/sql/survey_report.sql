SELECT x.question, COUNT(*) AS villages,
       CAST(SUM(x.ones) AS BIGINT) AS ones, CAST(SUM(x.twos) AS BIGINT) AS twos, CAST(SUM(x.threes) AS BIGINT) AS threes,
       CAST(SUM(x.fours) AS BIGINT) AS fours, CAST(SUM(x.fives) AS BIGINT) AS fives
FROM jsonb_each($1) AS k
CROSS JOIN survey AS x
WHERE x.unit = CAST(k.value ->> 'unit' AS BIGINT) AND x.year = $2
GROUP BY x.question
ORDER BY x.question
