"""What a program needs to run as it should: settings, a place for data, the right to write, one pod or several."""
