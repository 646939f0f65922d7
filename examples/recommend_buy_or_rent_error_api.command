recommend buy-or-rent --purchase 120000 --rent 27 --utilisation 60% --api-prices data/api_prices.csv --api OpenAI --output-rate 100
exit 2
