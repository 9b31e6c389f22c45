INSERT INTO letter (pos, unit, epoch, seq, at_us, actor, kind, to_unit, to_seq, payload, entry_hash, chain, received_us, traceparent)
SELECT $2 + CAST(k.value ->> 'offset' AS BIGINT), CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'epoch' AS BIGINT),
       CAST(k.value ->> 'seq' AS BIGINT), CAST(k.value ->> 'at_us' AS BIGINT), k.value ->> 'actor', k.value ->> 'kind',
       CAST(k.value ->> 'to_unit' AS BIGINT), CAST(k.value ->> 'to_seq' AS BIGINT), unhex(k.value ->> 'payload'),
       unhex(k.value ->> 'entry_hash'), unhex(k.value ->> 'chain'), CAST(k.value ->> 'received_us' AS BIGINT),
       k.value ->> 'traceparent'
FROM jsonb_each($1) AS k
