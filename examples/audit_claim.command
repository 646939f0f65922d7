audit --claim 000-014
