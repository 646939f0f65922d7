recommend --model qwen3-8b --context 8K --concurrency 8 --exchange EUR=1.1@2030-01-01 --today 2026-11-22
exit 2
