"""The retrospective: what a promotion adds up to at a milestone, counted from its records."""
