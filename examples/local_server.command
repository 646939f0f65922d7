local_server --device 23GiB --host 60GiB Qwen/Qwen3-30B-A3B:Q4_K_M@32K Qwen/Qwen3-0.6B:Q8_0
