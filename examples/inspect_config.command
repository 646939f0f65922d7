inspect tests/data/config/gemma-3-1b-it.json --format markdown
