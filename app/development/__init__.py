"""For development only: the product run by one command, its demonstration promotion, and a mailbox to read."""
