INSERT INTO cursor (source, epoch, pos)
VALUES ($1, $2, $3)
ON CONFLICT (source) DO UPDATE SET epoch = excluded.epoch, pos = excluded.pos
