SELECT format('SELECT %L AS name, t::text AS content FROM %I AS t', table_name, table_name) AS contents,
       format('SELECT %L AS name, count(*)::text AS content FROM %I', table_name, table_name) AS counts
FROM information_schema.tables
WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
