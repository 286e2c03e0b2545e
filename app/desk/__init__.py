"""The coordinator's desk: what needs a hand now, and the three steps of a Friday."""
