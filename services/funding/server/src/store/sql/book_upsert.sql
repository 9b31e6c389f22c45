INSERT INTO book (unit, year, channels, transfers, answered, settled)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT),
       CAST(k.value ->> 'channels' AS BIGINT), CAST(k.value ->> 'transfers' AS BIGINT),
       CAST(k.value ->> 'answered' AS BIGINT), CAST(k.value ->> 'settled' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year) DO UPDATE
SET channels = excluded.channels, transfers = excluded.transfers, answered = excluded.answered,
    settled = excluded.settled
