recommend --model llama-3.1-70b --context 8K --concurrency 64 --gpus h100,h200 --prices tests/data/recommend/contract.csv --exchange EUR=1.16@2026-10-01 --today 2026-11-22
