train --model llama-2-7b --gpu rtx-4090 --method lora --framework fused --recompute full --precision pure --sequence 2048
