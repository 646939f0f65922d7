oom l40s "trtllm-serve Qwen/Qwen3-32B --max_seq_len 32768" tests/data/oom/tensorrt_llm.log
