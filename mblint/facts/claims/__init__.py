"""What do two objects claim that only one can have: a workload to scale, a host and path, an object to own?"""
