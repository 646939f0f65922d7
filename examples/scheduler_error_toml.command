scheduler tests/data/fleet/error_toml.toml
exit 2
