-- How long the variable columns of a proposal's rows are.
SELECT CAST(avg(length(j.payload)) AS BIGINT) AS payload, CAST(avg(length(r.response)) AS BIGINT) AS response,
       CAST(avg(length(m.record)) AS BIGINT) AS record
FROM journal AS j
JOIN request AS r ON r.unit = j.unit AND r.pos = j.pos
JOIN matter AS m ON m.unit = j.unit
