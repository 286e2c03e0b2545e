"""The week's digest: composed once, frozen, mailed to every member, kept as issued."""
