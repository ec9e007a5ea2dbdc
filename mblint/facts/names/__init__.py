"""Names inside connections: who asks for a name, who offers it, and whether the list of those offered is closed."""
