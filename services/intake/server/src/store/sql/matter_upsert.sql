INSERT INTO matter (unit, year, ordinal, state, category, cost_estimate_fen, project_ordinal, version, record, subcategory, taxonomy)
SELECT CAST(k.value ->> 'unit' AS BIGINT), CAST(k.value ->> 'year' AS BIGINT), CAST(k.value ->> 'ordinal' AS BIGINT),
       CAST(k.value ->> 'state' AS BIGINT), CAST(k.value ->> 'category' AS BIGINT),
       CAST(k.value ->> 'cost_estimate_fen' AS BIGINT), CAST(k.value ->> 'project_ordinal' AS BIGINT),
       CAST(k.value ->> 'version' AS BIGINT), unhex(k.value ->> 'record'),
       k.value ->> 'subcategory', k.value ->> 'taxonomy'
FROM jsonb_each($1) AS k
WHERE TRUE
ON CONFLICT (unit, year, ordinal) DO UPDATE
SET state = excluded.state, category = excluded.category, cost_estimate_fen = excluded.cost_estimate_fen,
    project_ordinal = excluded.project_ordinal, version = excluded.version, record = excluded.record,
    subcategory = excluded.subcategory, taxonomy = excluded.taxonomy
