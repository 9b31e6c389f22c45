SELECT unit, epoch, seq, chain FROM head ORDER BY unit
