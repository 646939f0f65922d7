admission --strict tests/data/kubernetes/review_not_understood.json
exit 1
