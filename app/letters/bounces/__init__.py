"""What comes back: reports of failed deliveries, complaints and automatic answers to our letters."""
