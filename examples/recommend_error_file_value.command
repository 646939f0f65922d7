recommend --file tests/data/recommend/wrong_value.toml
exit 2
