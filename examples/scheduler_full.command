scheduler tests/data/fleet/full.toml
exit 1
