"""How often something may be tried: counted in the database, over all web workers; the answer to one try too many."""
