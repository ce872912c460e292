"""Pages of the operator's staff: counts of every shop, never a buyer."""
