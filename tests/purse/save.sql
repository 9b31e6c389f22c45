INSERT INTO purse (unit, fen)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'fen' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit) DO UPDATE SET fen = excluded.fen
