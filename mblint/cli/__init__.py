"""One module for each command: wiring only."""
