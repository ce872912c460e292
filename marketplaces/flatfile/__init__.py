"""Tab-separated files of marketplaces: characters, lines, cells and refusals."""
