SELECT k.unit, k.year, k.ordinal
FROM (
    SELECT CAST(e.value ->> 'unit' AS BIGINT) AS unit, CAST(e.value ->> 'year' AS BIGINT) AS year,
           CAST(e.value ->> 'ordinal' AS BIGINT) AS ordinal
    FROM jsonb_each($1) AS e
) AS k
WHERE EXISTS (
    SELECT 1
    FROM photograph AS p
    JOIN photograph AS o
      ON o.sha256 = p.sha256 AND (o.unit <> p.unit OR o.year <> p.year OR o.ordinal <> p.ordinal)
    WHERE p.unit = k.unit AND p.year = k.year AND p.ordinal = k.ordinal
)
