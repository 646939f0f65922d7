recommend plan --file tests/data/recommend/day.toml --gpus h100,h200 --pools --mix --format csv
