inspect deepseek-v3
