"""What can be done here: verbs, one module a noun."""
