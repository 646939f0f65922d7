local_server --device 23GiB --device 11GiB --host 60GiB meta-llama/Llama-3.1-70B-Instruct:Q4_K_M@16K Qwen/Qwen3-8B:Q8_0
