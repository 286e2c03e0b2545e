"""A confidential word: what an EIG says to the coordination and to nobody else."""
