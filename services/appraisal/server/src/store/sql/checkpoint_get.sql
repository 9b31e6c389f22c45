SELECT record FROM checkpoint WHERE unit = $1 AND year = $2 AND period = $3
