SELECT x.unit, x.year, x.version, x.winners, x.each_fen, x.pool_fen, x.villages, x.paid_villages, x.paid_sum_fen,
       x.list_sha256, x.issued_us, x.earliest_confirm_us, x.ordered_us, x.all_paid_us
FROM jsonb_each($1) AS k
CROSS JOIN reward_list AS x
WHERE x.unit = CAST(k.value ->> 'unit' AS BIGINT) AND x.year = CAST(k.value ->> 'year' AS BIGINT)
