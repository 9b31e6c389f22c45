DELETE FROM missed WHERE unit = $1 AND source = $2
