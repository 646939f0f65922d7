recommend --model llama-3.1-8b --model qwen3-8b --model mistral-large-2407 --context 8K --concurrency 64 --gpus h100,l40s --licences Apache-2.0,MIT --why
