"""Words of the product: terms, money, findings, errors, the clock. Imports nothing of ours."""
