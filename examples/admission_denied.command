admission
exit 1
input tests/data/kubernetes/review_denied.json
