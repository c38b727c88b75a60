"""What a service announced of its commands and effects, folded into a table once more; no decision is made anew."""
