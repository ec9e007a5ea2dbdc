"""Which objects name others, and do these exist?"""
