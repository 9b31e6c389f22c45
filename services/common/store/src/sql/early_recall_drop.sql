DELETE FROM early_recall WHERE unit = $1
