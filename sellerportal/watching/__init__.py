"""Watching over the purge: an alarm that does not hang on the queue's workers."""
