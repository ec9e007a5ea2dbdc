"""Would admission let the pods in: pod security, quotas, limit ranges?"""
