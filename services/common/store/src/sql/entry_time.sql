SELECT at_us FROM journal WHERE unit = $1 AND seq = $2
