"""The small door: parse a request, ask one operation, translate the outcome."""
