audit --article 000 --verdict "internally inconsistent" --format csv --strict
exit 1
