"""What can be asked on the command line, and what is shown and said of each answer."""
