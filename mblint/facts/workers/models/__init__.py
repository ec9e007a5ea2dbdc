"""How long a container needs to start and how much memory its workers need: `rules/models/`, evaluated."""
