SELECT unit, source, heard, upto FROM missed ORDER BY unit, source
