SELECT pos, unit, epoch, seq, at_us, actor, kind, to_unit, to_seq, payload, entry_hash, chain, received_us, traceparent, CAST(1 AS BIGINT) AS letter
FROM letter
WHERE to_unit = $1 AND unit = $2 AND to_seq = $3
