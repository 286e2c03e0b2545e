"""The week's digest: composed once, frozen, mailed to every member, stored as issued."""
