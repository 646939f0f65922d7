inspect tests/data/weights/absent-00001-of-00002.gguf
exit 2
