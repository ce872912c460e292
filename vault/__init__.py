"""The locks and the logbook: scope, keys, sealed fields, opening, ledger."""
