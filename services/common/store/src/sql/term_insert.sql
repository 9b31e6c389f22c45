INSERT INTO term (epoch, from_pos) VALUES ($1, $2)
