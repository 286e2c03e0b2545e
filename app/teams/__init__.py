"""Promotions, their teams and people, and how one signs in."""
