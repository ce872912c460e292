"""Pictures of every page, for reading and for looking at after a change."""
