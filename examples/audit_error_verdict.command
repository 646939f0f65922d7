audit --verdict right-ish
exit 2
