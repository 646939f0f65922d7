oom l40s "python -m sglang.launch_server --model-path Qwen/Qwen3-8B --mem-fraction-static 0.95" tests/data/oom/sglang_graphs.log
