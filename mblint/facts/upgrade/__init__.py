"""The step from what runs to what is about to be applied."""
