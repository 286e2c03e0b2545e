"""A year of a promotion in some minutes: every job at every moment that matters, two weekends down, and the account."""
