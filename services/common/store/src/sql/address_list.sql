SELECT unit, to_unit, to_seq FROM address ORDER BY unit, to_unit
