"""Whether the tests notice a broken rule: `make mutants` breaks one at a time, in a copy of the project."""
