SELECT record FROM year_book WHERE unit = $1 AND year = $2
