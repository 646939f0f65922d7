train --model llama-3.1-70b --gpu h100-sxm --gpus 64 --precision main-gradients --sequence 8192 --batch 128 --tokens 1e9 --price 2.5
