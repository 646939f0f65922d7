recommend buy-or-rent --purchase 15000 --rent 2.1 --utilisation 100% --format csv
