"""Can old and new pods stand side by side, and can one go away: volumes, ports, budgets, what runs at start and end."""
