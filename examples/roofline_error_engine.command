roofline --model llama-3.1-8b --gpu h100 --prompt 1000 --output 100 --engine vlm
exit 2
