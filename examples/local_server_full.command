local_server --device 7GiB --host 3GiB openai/gpt-oss-20b:MXFP4@8K Qwen/Qwen3-4B:Q4_K_M
exit 1
