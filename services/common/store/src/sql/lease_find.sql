SELECT service, clock, epoch, pos, at_us, digest_key FROM lease WHERE id = 1
