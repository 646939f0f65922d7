speed --model llama-3.1-70b --gpu h100 --gpus 4 --prompt 2000 --output 500 --svg /tmp/reckon-speed.svg --gnuplot /nowhere/gnuplot
exit 2
