inspect README.md
exit 2
