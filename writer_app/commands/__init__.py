"""What the commands of the command line do; `cli.py` parses and calls them. They may import every part."""
