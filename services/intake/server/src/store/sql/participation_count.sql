SELECT unit, COUNT(*) AS parts
FROM participation
WHERE year = $1 AND takes_part = 1
GROUP BY unit
