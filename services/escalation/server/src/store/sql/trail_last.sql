SELECT CAST(k.value ->> 'village' AS BIGINT) AS village, CAST(k.value ->> 'year' AS BIGINT) AS year,
       CAST(k.value ->> 'ordinal' AS BIGINT) AS ordinal,
       (SELECT MAX(t.n)
        FROM trail AS t
        WHERE t.village = CAST(k.value ->> 'village' AS BIGINT) AND t.year = CAST(k.value ->> 'year' AS BIGINT)
          AND t.ordinal = CAST(k.value ->> 'ordinal' AS BIGINT)) AS last
FROM jsonb_each($1) AS k
