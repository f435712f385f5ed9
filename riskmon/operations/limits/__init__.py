"""The bank's own limits as persons declare them: one proposes, a preview shows what would change, another approves."""
