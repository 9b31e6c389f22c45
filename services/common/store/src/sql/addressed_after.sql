SELECT * FROM (
    SELECT pos, unit, epoch, seq, at_us, actor, kind, to_unit, to_seq, payload, entry_hash, chain, received_us, traceparent, CAST(0 AS BIGINT) AS letter
    FROM journal
    WHERE pos > $1 AND to_unit IS NOT NULL
    ORDER BY pos
    LIMIT $2
) AS j
UNION ALL
SELECT * FROM (
    SELECT pos, unit, epoch, seq, at_us, actor, kind, to_unit, to_seq, payload, entry_hash, chain, received_us, traceparent, CAST(1 AS BIGINT) AS letter
    FROM letter
    WHERE pos > $1
    ORDER BY pos
    LIMIT $2
) AS l
ORDER BY pos
LIMIT $2
