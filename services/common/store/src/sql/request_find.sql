SELECT k.key AS ask, r.digest, r.response, r.pos
FROM jsonb_each($1) AS k
CROSS JOIN request AS r
WHERE r.unit = CAST(k.value ->> 'unit' AS BIGINT) AND r.caller = k.value ->> 'caller'
  AND r.request_id = unhex(k.value ->> 'request_id')
