"""`python -m riskmon` is the command line."""

from riskmon.cli import main

main()
