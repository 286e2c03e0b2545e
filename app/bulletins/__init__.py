"""What a team tells, once a week; the days that matter to it."""
