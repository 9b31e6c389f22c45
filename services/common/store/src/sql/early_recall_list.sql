SELECT unit, turn, by_unit, address FROM early_recall ORDER BY unit
