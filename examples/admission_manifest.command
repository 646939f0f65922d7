admission --accelerator h200-sxm tests/consume/deployments_project/deployments/pods.yaml
