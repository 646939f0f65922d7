admission
exit 2
