SELECT record
FROM succession
WHERE unit = village
ORDER BY unit
