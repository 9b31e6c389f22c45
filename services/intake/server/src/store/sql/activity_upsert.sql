INSERT INTO activity (unit, year, ordinal, kind, participants, counts, version, record)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'ordinal' AS BIGINT),
       CAST(k.value ->> 'kind' AS BIGINT), CAST(k.value ->> 'participants' AS BIGINT), CAST(k.value ->> 'counts' AS BIGINT),
       CAST(k.value ->> 'version' AS BIGINT), unhex(k.value ->> 'record')
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, ordinal) DO UPDATE
SET kind = excluded.kind, participants = excluded.participants, counts = excluded.counts, version = excluded.version,
    record = excluded.record
