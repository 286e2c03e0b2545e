"""When each job of the job process last ran, so that its silence is seen: by pages, by monitoring."""
