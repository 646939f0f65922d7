scheduler tests/data/fleet/mixed.toml
