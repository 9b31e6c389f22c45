-- The sums that the writer would have kept: $1 and $2 pair each village with each unit from its county up.
INSERT INTO tally (unit, year, state, category, matters, fen, determined, determined_fen)
SELECT a.above, m.year, m.state, m.category, count(*), sum(m.cost_estimate_fen)::bigint, count(m.project_ordinal),
       coalesce(sum(m.cost_estimate_fen) FILTER (WHERE m.project_ordinal IS NOT NULL), 0)::bigint
FROM matter AS m
JOIN unnest($1::bigint[], $2::bigint[]) AS a (unit, above) ON a.unit = m.unit
GROUP BY a.above, m.year, m.state, m.category
