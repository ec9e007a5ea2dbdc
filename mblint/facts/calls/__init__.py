"""What containers call, and whether they get there: destinations, hosts, Services, policies."""
