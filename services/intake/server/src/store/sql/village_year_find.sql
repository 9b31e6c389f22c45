SELECT v.unit, v.year, v.proposals, v.issued, v.taken, v.joint, v.joint_open, v.plans, v.settled
FROM jsonb_each($1) AS k
CROSS JOIN village_year AS v
WHERE v.unit = CAST(k.value ->> 'unit' AS BIGINT) AND v.year = CAST(k.value ->> 'year' AS BIGINT)
