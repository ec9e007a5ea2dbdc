"""What a reviewer wants to know of two renders: which calls, connections and findings come, go and change."""
