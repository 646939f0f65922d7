scheduler tests/data/fleet/none.toml
exit 2
