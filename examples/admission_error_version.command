admission tests/data/kubernetes/review_old.json
exit 2
