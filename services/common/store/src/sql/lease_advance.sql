UPDATE lease SET pos = pos + $1, at_us = $2 WHERE id = 1 AND epoch = $3 RETURNING pos
