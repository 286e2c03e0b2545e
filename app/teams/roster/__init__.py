"""The roster: a promotion with its teams and people in one YAML file, parsed and applied to the database."""
