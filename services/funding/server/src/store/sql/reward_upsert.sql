INSERT INTO reward (unit, order_id, payer, amount_fen, channel_owner, channel_year, channel_ordinal, paid_us)
SELECT CAST(k.value ->> 'unit' AS BIGINT), k.value ->> 'order_id', CAST(k.value ->> 'payer' AS BIGINT),
       CAST(k.value ->> 'amount_fen' AS BIGINT), CAST(k.value ->> 'channel_owner' AS BIGINT),
       CAST(k.value ->> 'channel_year' AS BIGINT), CAST(k.value ->> 'channel_ordinal' AS BIGINT),
       CAST(k.value ->> 'paid_us' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, order_id) DO UPDATE
SET channel_owner = excluded.channel_owner, channel_year = excluded.channel_year,
    channel_ordinal = excluded.channel_ordinal, paid_us = excluded.paid_us
