scheduler tests/data/fleet/error_field.toml
exit 2
