"""What Amazon sends: its reports, their columns and the words in them."""
