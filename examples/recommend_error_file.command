recommend --model tests/data/config/no-such.json --context 32K --concurrency 64
exit 2
