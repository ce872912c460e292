"""What can be asked here: nouns."""
