recommend plan --file tests/data/recommend/misspelt.toml
exit 2
