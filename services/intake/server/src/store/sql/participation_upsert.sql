INSERT INTO participation (unit, year, lead, ordinal, state, takes_part, version, record)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'lead' AS BIGINT),
       CAST(k.value ->> 'ordinal' AS BIGINT), CAST(k.value ->> 'state' AS BIGINT),
       CAST(k.value ->> 'takes_part' AS BIGINT), CAST(k.value ->> 'version' AS BIGINT), unhex(k.value ->> 'record')
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, lead, ordinal) DO UPDATE
SET state = excluded.state, takes_part = excluded.takes_part, version = excluded.version, record = excluded.record
