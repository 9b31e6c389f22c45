SELECT x.unit, x.year, x.version, x.winners, x.each_fen, x.pool_fen, x.villages, x.paid_villages, x.paid_sum_fen,
       x.list_sha256, x.issued_us, x.earliest_confirm_us, x.ordered_us, x.all_paid_us,
       r.village, r.position, r.rank, r.paid_fen, r.paid_us
FROM reward_list AS x
LEFT JOIN reward AS r ON r.unit = x.unit AND r.year = x.year
WHERE x.unit = $1 AND x.year = $2
ORDER BY r.position
