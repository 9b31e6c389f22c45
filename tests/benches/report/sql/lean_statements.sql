-- Head, entry, request and matter of one proposal, a statement each.
\set unit 640000000000 + random(1, 2214)
BEGIN;
UPDATE head SET seq = seq + 1, chain = decode(repeat('5a', 32), 'hex') WHERE unit = :unit RETURNING seq \gset
INSERT INTO journal (pos, unit, epoch, seq, at_us, actor, kind, payload, entry_hash, chain, received_us)
VALUES (nextval('place'), :unit, 1882678811813317, :seq, 1638288000000000, 'bench', 'intake.proposed',
        decode(repeat('5a', :payload), 'hex'), decode(repeat('5a', 32), 'hex'), decode(repeat('5a', 32), 'hex'),
        1638288000000000);
INSERT INTO request (unit, caller, request_id, digest, response, entries, pos)
VALUES (:unit, 'bench', uuid_send(gen_random_uuid()), decode(repeat('5a', 32), 'hex'),
        decode(repeat('5a', :response), 'hex'), 1, 1);
INSERT INTO matter (unit, year, ordinal, state, category, cost_estimate_fen, version, record)
VALUES (:unit, 2022, :seq, 1, 1, 48000000, 1, decode(repeat('5a', :record), 'hex'));
COMMIT;
