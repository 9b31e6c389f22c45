INSERT INTO village_year (unit, year, proposals, issued, taken, joint, joint_open, plans, settled)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'proposals' AS BIGINT),
       CAST(k.value ->> 'issued' AS BIGINT), CAST(k.value ->> 'taken' AS BIGINT), CAST(k.value ->> 'joint' AS BIGINT),
       CAST(k.value ->> 'joint_open' AS BIGINT), CAST(k.value ->> 'plans' AS BIGINT), CAST(k.value ->> 'settled' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year) DO UPDATE
SET proposals = excluded.proposals, issued = excluded.issued, taken = excluded.taken,
    joint = excluded.joint, joint_open = excluded.joint_open, plans = excluded.plans, settled = excluded.settled
