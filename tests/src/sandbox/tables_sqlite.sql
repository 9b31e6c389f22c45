SELECT 'SELECT ' || quote(t.name) || ' AS name, ' || group_concat('quote("' || c.name || '")', ' || '','' || ')
       || ' AS content FROM "' || t.name || '"' AS contents,
       'SELECT ' || quote(t.name) || ' AS name, CAST(count(*) AS TEXT) AS content FROM "' || t.name || '"' AS counts
FROM sqlite_master AS t
CROSS JOIN pragma_table_info(t.name) AS c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
GROUP BY t.name
