INSERT INTO matter (unit, year, ordinal, state, category, cost_estimate_fen, project_ordinal, version, record, subcategory, taxonomy)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                     $8::bigint[], $9::bytea[], $10::text[], $11::text[])
ON CONFLICT (unit, year, ordinal) DO UPDATE
SET state = excluded.state, category = excluded.category, cost_estimate_fen = excluded.cost_estimate_fen,
    project_ordinal = excluded.project_ordinal, version = excluded.version, record = excluded.record,
    subcategory = excluded.subcategory, taxonomy = excluded.taxonomy
