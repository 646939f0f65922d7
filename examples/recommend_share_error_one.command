recommend share --gpu h100 --service tests/data/recommend/chat.toml
exit 2
