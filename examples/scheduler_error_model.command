scheduler tests/data/fleet/error_model.toml
exit 2
