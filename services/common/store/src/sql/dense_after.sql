SELECT pos, unit, epoch, seq, at_us, actor, kind, to_unit, to_seq, payload, entry_hash, chain, received_us, traceparent, CAST(0 AS BIGINT) AS letter
FROM journal
WHERE pos > $1
ORDER BY pos
LIMIT $2
