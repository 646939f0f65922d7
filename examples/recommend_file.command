recommend --file tests/data/recommend/question.toml --top 2
