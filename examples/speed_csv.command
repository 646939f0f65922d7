speed --model deepseek-r1 --gpu h200 --gpus 8 --data 8 --prompt 4000 --output 1000 --format csv
