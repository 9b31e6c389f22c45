INSERT INTO head (unit, epoch, seq, chain)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'epoch' AS BIGINT),
       CAST(k.value ->> 'seq' AS BIGINT), unhex(k.value ->> 'chain')
FROM jsonb_each($1) AS k
