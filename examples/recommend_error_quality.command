recommend --model deepseek-r1 --precision fp8,int4-g128 --quality deepseek-r1:fp8=1 --least-quality 0.9 --context 8K --concurrency 4
exit 2
