"""A report as somebody reads it: a person in a terminal or in a browser, a code host, a program."""
