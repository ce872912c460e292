"""What the pages of imports print."""
