"""What can be said of a mail without asking anybody: the same for a draft that waits for a person and for one in a test."""
