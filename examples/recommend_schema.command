recommend --json-schema
