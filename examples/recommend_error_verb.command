recommend buy --purchase 3
exit 2
