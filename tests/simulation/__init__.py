"""Deterministic simulation: all services in one process and one thread, with a scheduler, a clock and faults from a seed."""
