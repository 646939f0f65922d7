command_line "H100 SXM" "vllm serve openai/gpt-oss-120b --tensor-paralel-size 2"
exit 1
