scheduler tests/data/fleet/error_gpu.toml
exit 2
