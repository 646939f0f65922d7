train --gpu h100-sxm --gpus 8 --model llama-3.1-8b --megatron '--tensor-model-paralel-size 2'
exit 2
