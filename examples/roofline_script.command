roofline --model llama-3.1-8b --gpu rtx-4090 --prompt 1000 --output 100 --script
