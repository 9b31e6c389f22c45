INSERT INTO reward_list (unit, year, version, winners, each_fen, pool_fen, villages, paid_villages, paid_sum_fen,
                         list_sha256, issued_us, earliest_confirm_us, ordered_us, all_paid_us)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'version' AS BIGINT),
       CAST(k.value ->> 'winners' AS BIGINT), CAST(k.value ->> 'each_fen' AS BIGINT),
       CAST(k.value ->> 'pool_fen' AS BIGINT), CAST(k.value ->> 'villages' AS BIGINT),
       CAST(k.value ->> 'paid_villages' AS BIGINT), CAST(k.value ->> 'paid_sum_fen' AS BIGINT),
       unhex(k.value ->> 'list_sha256'), CAST(k.value ->> 'issued_us' AS BIGINT),
       CAST(k.value ->> 'earliest_confirm_us' AS BIGINT), CAST(k.value ->> 'ordered_us' AS BIGINT),
       CAST(k.value ->> 'all_paid_us' AS BIGINT)
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year) DO UPDATE
SET version = excluded.version, paid_villages = excluded.paid_villages, paid_sum_fen = excluded.paid_sum_fen,
    ordered_us = excluded.ordered_us, all_paid_us = excluded.all_paid_us
