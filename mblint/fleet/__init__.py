"""Many environments, each a cluster of its own: here, in several processes, or on a Dask cluster."""
