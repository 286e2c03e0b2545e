"""Calls for help: made in a bulletin, published in digests, answered by offers, resolved or renewed."""
