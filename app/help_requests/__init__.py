"""Calls for help and their life, from a bulletin to an answer."""
