"""The CSV file of the earlier PHP tool: its format, and importing it."""
