"""How much a local model is given to read and to write, where nobody has said it: by the size of its file.

Invariant: a file as large as that of a model of the catalogue, or somewhat smaller, gets that model's measures; a smaller one none, as the
demo model.
"""

_LEAST = 0.75  # of a catalogue model's file: the same model in fewer bits, or one a little smaller
# Bytes of the file; tokens of context, tokens of answer.
_STEPS = ((4_683_000_000, 8000, 3000), (1_117_000_000, 4000, 1500))


def measures_of(size: int) -> tuple[int, int]:
    """Tokens of context and of answer that a model whose file has so many bytes is up to; 0 where it is tiny."""
    return next(((budget, answer) for step, budget, answer in _STEPS if size >= _LEAST * step), (0, 0))
