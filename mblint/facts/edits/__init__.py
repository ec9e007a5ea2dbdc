"""What to change so that a fact is no longer at fault, where that is sure: edits, made of what the facts know."""
