"""The pages that bring all features together: my week, the account page, the head of every page."""
