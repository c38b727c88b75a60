"""Data preparation: a completed job and what is known about its customer become one prepared referral."""
