DELETE FROM speaker
WHERE (unit, year, ordinal) IN (
    SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'ordinal' AS BIGINT)
    FROM jsonb_each($1) AS k
)
