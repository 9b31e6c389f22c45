SELECT x.unit, x.received_us
FROM jsonb_each($1) AS k
CROSS JOIN report AS x
WHERE x.unit = CAST(k.value ->> 'unit' AS BIGINT)
