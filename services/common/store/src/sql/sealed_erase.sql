UPDATE sealed
SET key = $2
FROM (
    SELECT CAST(e.value ->> 'unit' AS BIGINT) AS unit, unhex(e.value ->> 'person') AS person
    FROM jsonb_each($1) AS e
) AS k
WHERE sealed.unit = k.unit AND sealed.person = k.person
