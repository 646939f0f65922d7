train --model llama-3.1-8b --gpu h100-sxm --method qlora --framework liger --recompute full --precision pure --format json
