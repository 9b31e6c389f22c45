SELECT t.unit, t.key, t.since_us, s.received_us
FROM trusted AS t
LEFT JOIN testimony AS s ON s.unit = t.unit
ORDER BY t.unit
