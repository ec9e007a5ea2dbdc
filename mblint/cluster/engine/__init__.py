"""What policies mean: who may talk to whom, on which ports, and which rule decides."""
