INSERT INTO trail (village, year, ordinal, n, unit, to_unit, at_us, actor, payload)
SELECT CAST(k.value ->> 'village' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'ordinal' AS BIGINT),
       CAST(k.value ->> 'n' AS BIGINT), CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'to_unit' AS BIGINT),
       CAST(k.value ->> 'at_us' AS BIGINT), k.value ->> 'actor', unhex(k.value ->> 'payload')
FROM jsonb_each($1) AS k
