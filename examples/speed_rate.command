speed --model llama-3.1-70b --gpu h100 --gpus 4 --prompt 2000 --output 500 --requests-per-second 2 --length-variation 0.5 --prefix-hit 0.3 --sweep 1,32
