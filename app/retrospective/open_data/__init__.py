"""The retrospective as open data: CSV files, what describes them, and a script that counts the figures again."""
