"""What containers run: the programs behind their commands, shells, wrappers, mounted scripts and supervisors."""
