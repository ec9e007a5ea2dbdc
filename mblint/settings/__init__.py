"""What each container is told: its effective configuration as rows. Knows nothing of policies and rules."""
