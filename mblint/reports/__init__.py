"""One module for each output format. Knows nothing but findings."""
