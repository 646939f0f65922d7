recommend plan --file tests/data/recommend/day.toml --gpus h100 --own a100=8 --pools --format json
