audit --check docs/articles.md
