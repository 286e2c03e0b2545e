"""The weekly bulletin of each team, with its key date: writing, saving, freezing, reading, reminding."""
