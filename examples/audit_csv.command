audit --format csv
