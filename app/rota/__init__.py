"""Whose turn it is to write the bulletin, in a team that shares the writing and has said in which order."""
