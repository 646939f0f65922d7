recommend --model llama-3.1-70b --context 8192 --concurrency 64 --budget -4
exit 2
