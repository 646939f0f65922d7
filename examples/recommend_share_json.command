recommend share --gpu h100 --service tests/data/recommend/chat.toml --service tests/data/recommend/classify.toml --format json
