recommend plan --model qwen3-32b --prompt 2000 --output 500 --curve 2,3,-1
exit 2
