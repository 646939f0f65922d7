recommend plan --model qwen3-32b --prompt 2000 --output 500 --curve 5 --max-tpot 1ms --gpus h100,l40s
exit 1
