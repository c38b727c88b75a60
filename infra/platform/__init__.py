"""What all services stand on: the bus, and the log of everything that was said on it."""
