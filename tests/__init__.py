"""The tests: pure rules, features on both databases, the architecture, migrations, journeys in a browser."""
