SELECT r.unit, r.order_id, r.payer, r.amount_fen, r.channel_owner, r.channel_year, r.channel_ordinal, r.paid_us
FROM jsonb_each($1) AS k
CROSS JOIN reward AS r
WHERE r.unit = CAST(k.value ->> 'unit' AS BIGINT) AND r.order_id = k.value ->> 'order_id'
