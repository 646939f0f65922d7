recommend buy-or-rent --purchase 120000 --rent 27 --utilisation 60
exit 2
