"""Chat channels: a real HTTP server on loopback that plays Mattermost, Slack and Matrix."""
