train --model llama-3.1-8b --gpu h100-sxm --optimizer adamm
exit 2
