train --model llama-3.1-70b --gpu h100-sxm --gpus 48 --tensor 3
exit 2
