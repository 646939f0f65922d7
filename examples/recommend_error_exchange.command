recommend --model llama-3.1-70b --context 8K --concurrency 4 --exchange EUR=1.16
exit 2
