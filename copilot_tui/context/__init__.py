"""What the model sees: the index of the repository, ranking, and packing under a token budget."""
