"""What lands: the git repository, its snapshots, landings with their journal, and commits."""
