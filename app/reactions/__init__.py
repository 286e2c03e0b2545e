"""Light reactions to a bulletin: bravo, thanks, me too. Counted, never shown by whom."""
