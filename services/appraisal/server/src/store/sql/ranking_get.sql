SELECT record FROM ranking WHERE unit = $1 AND year = $2
