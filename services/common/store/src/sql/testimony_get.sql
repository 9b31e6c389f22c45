SELECT unit, key, statement, signature, received_us FROM testimony WHERE unit = $1
