"""Files of carriers: which columns, which words, which times; no database."""
