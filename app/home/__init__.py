"""My week and my own page: what brings everything together."""
