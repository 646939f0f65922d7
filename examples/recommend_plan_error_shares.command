recommend plan --model qwen3-32b --prompt 500:60%,4000:30% --output 500 --curve 2
exit 2
