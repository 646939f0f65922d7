local_server --device 7GiB Qwen/Qwen3-9B:Q4_K_M
exit 2
