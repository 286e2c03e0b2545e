"""Ten months of a cohort in a browser, from the link that the first start prints to what alumni read."""
