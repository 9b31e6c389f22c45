SELECT record FROM score WHERE unit = $1 AND year = $2 AND position > $3 ORDER BY position LIMIT $4
