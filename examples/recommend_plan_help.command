recommend plan --help
