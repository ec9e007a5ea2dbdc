"""What do pods ask of the Kubernetes API, and is their service account allowed to?"""
