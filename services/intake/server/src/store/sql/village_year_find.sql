SELECT v.unit, v.year, v.proposals, v.issued, v.taken, v.settled
FROM jsonb_each($1) AS k
CROSS JOIN village_year AS v
WHERE v.unit = CAST(k.value ->> 'unit' AS BIGINT) AND v.year = CAST(k.value ->> 'year' AS BIGINT)
