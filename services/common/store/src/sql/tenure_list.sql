SELECT unit, holder, turn, address, ended, since, recall_by, recall_address FROM tenure ORDER BY unit
