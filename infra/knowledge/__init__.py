"""Approved mails as examples: their bucket, the knowledge base over it, and what keeps it up to date."""
