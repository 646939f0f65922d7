recommend plan --curve 20
exit 2
