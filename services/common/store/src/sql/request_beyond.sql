SELECT COUNT(*) AS requests FROM request WHERE pos > $1
