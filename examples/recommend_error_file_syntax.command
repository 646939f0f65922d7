recommend --file tests/data/recommend/broken.toml
exit 2
