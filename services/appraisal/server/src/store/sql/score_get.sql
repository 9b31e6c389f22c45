SELECT record FROM score WHERE unit = $1 AND year = $2 AND village = $3
