INSERT INTO elsewhere (unit, epoch)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'epoch' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, epoch) DO NOTHING
