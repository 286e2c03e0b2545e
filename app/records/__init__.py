"""The record of a challenge: what has become of it at a milestone of its promotion."""
