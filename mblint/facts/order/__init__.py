"""What exists when: the phase in which each object is applied, and who needs what only a later phase brings."""
