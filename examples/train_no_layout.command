train --model llama-3.1-405b --gpu h100-sxm --gpus 8
exit 1
