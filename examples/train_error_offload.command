train --model llama-3.1-8b --gpu h100-sxm --gpus 8 --tensor 1 --offload-optimizer=disk
exit 2
