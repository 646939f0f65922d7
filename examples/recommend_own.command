recommend --model llama-3.1-70b --context 8192 --concurrency 64 --own h100=16,l40s=8 --spare 1
