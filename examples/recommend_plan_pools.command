recommend plan --file tests/data/recommend/day.toml --gpus h100,h200 --max-tpot 30ms --pools --why
