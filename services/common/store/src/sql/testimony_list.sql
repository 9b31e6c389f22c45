SELECT unit, key, statement, signature, received_us FROM testimony ORDER BY unit
