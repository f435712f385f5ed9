"""Reports: what leaves riskmon in a form that others have set."""
