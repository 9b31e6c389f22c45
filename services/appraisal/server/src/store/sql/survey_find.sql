SELECT x.unit, x.year, x.question, x.ones, x.twos, x.threes, x.fours, x.fives
FROM jsonb_each($1) AS k
CROSS JOIN survey AS x
WHERE x.unit = CAST(k.value ->> 'unit' AS BIGINT) AND x.year = CAST(k.value ->> 'year' AS BIGINT)
