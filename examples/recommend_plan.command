recommend plan --file tests/data/recommend/day.toml
