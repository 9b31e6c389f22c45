INSERT INTO missed (unit, source, heard, upto)
VALUES ($1, $2, $3, $4)
ON CONFLICT (unit, source) DO UPDATE SET heard = excluded.heard, upto = excluded.upto
