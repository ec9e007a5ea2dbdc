"""Documents to workloads, services, policies; the graph; what may talk to what. Knows nothing of settings and rules."""
