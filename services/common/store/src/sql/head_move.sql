UPDATE head
SET epoch = k.epoch, seq = k.seq, chain = k.chain
FROM (
    SELECT CAST(e.value ->> 'unit' AS BIGINT) AS unit, CAST(e.value ->> 'epoch' AS BIGINT) AS epoch,
           CAST(e.value ->> 'seq' AS BIGINT) AS seq, unhex(e.value ->> 'chain') AS chain,
           CAST(e.value ->> 'old_epoch' AS BIGINT) AS old_epoch, CAST(e.value ->> 'old_seq' AS BIGINT) AS old_seq
    FROM jsonb_each($1) AS e
) AS k
WHERE head.unit = k.unit AND head.epoch = k.old_epoch AND head.seq = k.old_seq
