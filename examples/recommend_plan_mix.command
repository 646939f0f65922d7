recommend plan --file tests/data/recommend/day.toml --gpus h100,l40s --own a100=8 --own-cost 0.6 --why
