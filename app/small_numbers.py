"""How few people are too few to be told of: a count under this is « moins de cinq », nought included."""

SMALL = 5


def is_small(count: int) -> bool:
    """Return whether a count of people is too small to be shown."""
    return count < SMALL
