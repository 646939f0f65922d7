audit --claim 004-047 --format json
