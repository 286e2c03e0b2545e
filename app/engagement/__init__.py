"""What it adds up to, for the coordination: who writes, how many read, which calls stay open."""
