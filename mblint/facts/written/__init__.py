"""Is what stands there what was meant: files that no reader can read, and what a template left behind."""
