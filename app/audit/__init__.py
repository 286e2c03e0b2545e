"""The audit log: who of the coordination did what, when; never who read what."""
