-- So many matters in each village, all states and categories mixed. Only the columns differ: what is served of each
-- is the same record.
INSERT INTO matter (unit, year, ordinal, state, category, cost_estimate_fen, project_ordinal, version, record)
SELECT v.unit, 2022, o, 1 + o % 7, 1 + (v.unit + o) % 5, 48000000, CASE WHEN o % 7 >= 3 THEN o END, 1, $3
FROM unnest($1::bigint[]) AS v (unit), generate_series(1, $2::bigint) AS o
