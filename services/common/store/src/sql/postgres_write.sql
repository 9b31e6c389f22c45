WITH taken AS (
    UPDATE lease SET pos = pos + $1, at_us = $2 WHERE id = 1 AND epoch = $3 RETURNING pos - $1 AS base
), moved AS (
    UPDATE head SET epoch = k.epoch, seq = k.seq, chain = k.chain
    FROM unnest($4::bigint[], $5::bigint[], $6::bigint[], $7::bytea[], $8::bigint[], $9::bigint[])
         AS k (unit, epoch, seq, chain, old_epoch, old_seq)
    WHERE head.unit = k.unit AND head.epoch = k.old_epoch AND head.seq = k.old_seq
    RETURNING 1
), born AS (
    INSERT INTO head (unit, epoch, seq, chain)
    SELECT k.unit, k.epoch, k.seq, k.chain
    FROM unnest($4::bigint[], $5::bigint[], $6::bigint[], $7::bytea[], $9::bigint[]) AS k (unit, epoch, seq, chain, old_seq),
         taken
    WHERE k.old_seq = 0
    RETURNING 1
), entered AS (
    INSERT INTO journal (pos, unit, epoch, seq, at_us, actor, kind, to_unit, to_seq, payload, entry_hash, chain, received_us, traceparent)
    SELECT taken.base + k.ordinality, k.unit, k.epoch, k.seq, k.at_us, k.actor, k.kind, k.to_unit, k.to_seq, k.payload,
           k.entry_hash, k.chain, k.received_us, k.traceparent
    FROM unnest($10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::text[], $15::text[], $16::bigint[], $17::bigint[],
                $18::bytea[], $19::bytea[], $20::bytea[], $21::bigint[], $22::text[]) WITH ORDINALITY
         AS k (unit, epoch, seq, at_us, actor, kind, to_unit, to_seq, payload, entry_hash, chain, received_us, traceparent, ordinality),
         taken
    RETURNING 1
), asked AS (
    INSERT INTO request (unit, caller, request_id, digest, response, entries, pos)
    SELECT k.unit, k.caller, k.request_id, k.digest, k.response, k.entries, taken.base + k.pos_offset
    FROM unnest($23::bigint[], $24::text[], $25::bytea[], $26::bytea[], $27::bytea[], $28::bigint[], $29::bigint[])
         AS k (unit, caller, request_id, digest, response, entries, pos_offset), taken
    RETURNING 1
)
SELECT (SELECT base FROM taken) AS base,
       (SELECT count(*) FROM moved) + (SELECT count(*) FROM born) AS heads,
       (SELECT count(*) FROM entered) AS entries,
       (SELECT count(*) FROM asked) AS requests
