INSERT INTO request (unit, caller, request_id, digest, response, entries, pos)
SELECT CAST(k.value ->> 'unit' AS BIGINT), k.value ->> 'caller', unhex(k.value ->> 'request_id'), unhex(k.value ->> 'digest'),
       unhex(k.value ->> 'response'), CAST(k.value ->> 'entries' AS BIGINT), $2 + CAST(k.value ->> 'offset' AS BIGINT)
FROM jsonb_each($1) AS k
