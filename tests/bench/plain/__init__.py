"""The reference of the page measures: the same three pages, written the ordinary way."""
