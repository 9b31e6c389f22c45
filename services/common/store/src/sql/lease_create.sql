INSERT INTO lease (id, service, clock, epoch, pos, at_us, digest_key)
VALUES (1, $1, $2, 0, 0, 0, $3)
ON CONFLICT (id) DO NOTHING
