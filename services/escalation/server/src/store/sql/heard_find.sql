SELECT h.unit, h.sender, h.number
FROM jsonb_each($1) AS k
CROSS JOIN heard AS h
WHERE h.unit = CAST(k.value ->> 'unit' AS BIGINT) AND h.sender = CAST(k.value ->> 'sender' AS BIGINT)
