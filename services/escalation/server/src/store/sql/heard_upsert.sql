INSERT INTO heard (unit, sender, number)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'sender' AS BIGINT), CAST(k.value ->> 'number' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, sender) DO UPDATE
SET number = excluded.number
