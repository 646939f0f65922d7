scheduler --steps 20 tests/data/fleet/mixed.toml
