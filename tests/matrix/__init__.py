"""The permission matrix: every address, method, actor and target, from the resolver."""
