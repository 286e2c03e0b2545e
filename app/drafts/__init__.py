"""Drafts: what somebody typed and could not send, kept until they come back to it."""
