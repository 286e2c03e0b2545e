"""Reading: the page of a digest, who has read what, and what it adds up to."""
