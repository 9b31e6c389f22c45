SELECT unit, fen FROM purse ORDER BY unit
