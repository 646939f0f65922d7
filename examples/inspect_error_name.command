inspect llama-3.1-9b
exit 2
