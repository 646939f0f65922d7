recommend plan --model qwen3-32b --precision fp8 --prompt 500:60%,4000:40% --output 300 --curve 20 --max-ttft 2s --percentile p90 --gpus h100,h200 --storage 6 --rack 15
