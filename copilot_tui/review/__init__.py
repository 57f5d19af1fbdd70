"""What the person decides: a proposal, the decisions on it and their undo, as one plain value."""
