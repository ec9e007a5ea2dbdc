"""OIDC relations: providers, relying parties, their endpoints, and who calls which."""
