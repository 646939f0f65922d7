admission tests/data/kubernetes/review_allowed.json
