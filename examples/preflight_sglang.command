preflight l40s "python -m sglang.launch_server --model-path Qwen/Qwen3-8B --context-length 32768"
