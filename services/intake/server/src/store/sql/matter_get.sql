SELECT record FROM matter WHERE unit = $1 AND year = $2 AND ordinal = $3
