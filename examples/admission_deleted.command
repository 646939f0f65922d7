admission tests/data/kubernetes/review_deleted.json
