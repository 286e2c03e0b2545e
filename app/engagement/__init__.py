"""Engagement, for the coordination: who writes, how many read, which calls for help stay open."""
