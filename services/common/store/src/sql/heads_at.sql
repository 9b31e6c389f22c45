-- Per unit positions grow with numbers, so the last entry up to a position is found from the end.
SELECT j.unit, j.epoch, j.seq, j.chain
FROM head AS h
CROSS JOIN journal AS j
WHERE j.unit = h.unit
  AND j.seq = (SELECT k.seq FROM journal AS k WHERE k.unit = h.unit AND k.pos <= $1 ORDER BY k.seq DESC LIMIT 1)
ORDER BY j.unit
