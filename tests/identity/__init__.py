"""Signing in through an identity provider: a real one on loopback, as strict as ProConnect."""
