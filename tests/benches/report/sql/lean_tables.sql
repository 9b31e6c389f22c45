-- Beside the tables of the store and of intake, which are made by their own migrations.
CREATE SEQUENCE place;
INSERT INTO head (unit, epoch, seq, chain)
SELECT 640000000000 + village, 1882678811813317, 1, decode(repeat('5a', 32), 'hex')
FROM generate_series(1, 2214) AS village;
