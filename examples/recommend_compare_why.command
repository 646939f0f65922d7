recommend compare --context 8K --concurrency 32 --max-tpot 50ms --option "8xh100 llama-3.1-70b tp8" --option "h100x4 llama-3.1-70b fp8" --objective latency --why
