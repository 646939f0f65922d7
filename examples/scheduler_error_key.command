scheduler tests/data/fleet/error_key.toml
exit 2
