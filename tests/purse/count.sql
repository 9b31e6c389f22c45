SELECT (SELECT COUNT(*) FROM term) AS terms, (SELECT COUNT(*) FROM head) AS heads, (SELECT COUNT(*) FROM address) AS ways,
       (SELECT COUNT(*) FROM journal) AS entries, (SELECT COUNT(*) FROM request) AS requests, (SELECT COUNT(*) FROM purse) AS purses,
       lease.pos, lease.at_us
FROM lease
