INSERT INTO address (unit, to_unit, to_seq)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'to_unit' AS BIGINT), CAST(k.value ->> 'to_seq' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, to_unit) DO UPDATE SET to_seq = excluded.to_seq WHERE address.to_seq < excluded.to_seq
