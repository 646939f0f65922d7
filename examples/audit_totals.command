audit --totals
