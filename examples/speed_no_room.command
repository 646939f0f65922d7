speed --model llama-3.1-70b --gpu h100 --prompt 1000 --output 100
exit 1
