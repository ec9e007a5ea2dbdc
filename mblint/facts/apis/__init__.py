"""Does the API server know what objects are written in: their apiVersion, their kind, their fields?"""
