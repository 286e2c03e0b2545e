"""Signing in through an identity provider (OpenID Connect), beside the link by mail."""
