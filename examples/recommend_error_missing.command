recommend --model deepseek-llm-67b --requests-per-second 1200 --gpus h100
exit 2
