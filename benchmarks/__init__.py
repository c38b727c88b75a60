"""What the system costs, measured: programs, not timed tests. Run with ``make bench``."""
