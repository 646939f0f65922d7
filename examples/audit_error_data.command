audit --data tests
exit 2
