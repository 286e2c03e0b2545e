"""Chat channels that are told while somebody has not written, and when a digest is out; through apprise."""
