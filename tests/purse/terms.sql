SELECT epoch, from_pos FROM term ORDER BY epoch
