"""Advice at the right moment: a line and a link of the coordination, for a week of the programme or an event."""
