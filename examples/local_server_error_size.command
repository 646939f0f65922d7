local_server --device 7 Qwen/Qwen3-4B:Q4_K_M
exit 2
