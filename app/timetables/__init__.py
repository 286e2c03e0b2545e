"""The timetable of a promotion in its coordination's hands: hours, days off, pauses of teams, and what they come to."""
