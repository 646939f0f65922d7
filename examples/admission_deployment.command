admission tests/data/kubernetes/deployment.json
exit 1
