SELECT pos, unit, epoch, seq, at_us, actor, kind, to_unit, to_seq, payload, entry_hash, chain, received_us, traceparent, CAST(1 AS BIGINT) AS letter
FROM letter
WHERE (unit, to_unit, to_seq) > ($1, $2, $3)
ORDER BY unit, to_unit, to_seq
LIMIT $4
