"""Programming languages as tree-sitter reads them: which there are, their symbols, errors and colours."""
