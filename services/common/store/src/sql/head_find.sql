SELECT seq FROM head WHERE unit = $1
