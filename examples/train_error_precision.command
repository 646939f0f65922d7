train --model llama-3.1-8b --gpu a100-sxm-80gb --fp8
exit 2
