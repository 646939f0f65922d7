recommend plan --file tests/data/recommend/day.json --format json
