recommend buy-or-rent --purchase 120000 --power 8 --tariff 0.12 --maintenance 5% --instance p4de.24xlarge --utilisation 60% --format html
