"""What the pages show, put into words from their queries."""
