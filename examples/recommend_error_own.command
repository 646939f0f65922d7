recommend --model llama-3.1-70b --context 8192 --concurrency 64 --own h1000=3
exit 2
