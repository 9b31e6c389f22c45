INSERT INTO sealed (pos, unit, person, key, record)
SELECT $2 + CAST(k.value ->> 'offset' AS BIGINT), CAST(k.value ->> 'unit' AS BIGINT), unhex(k.value ->> 'person'),
       unhex(k.value ->> 'key'), unhex(k.value ->> 'record')
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, person) DO NOTHING
