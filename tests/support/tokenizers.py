"""Tokenizers as models have them, for endpoints that report what a prompt has come to.

They cut as real ones do (words in pieces, few digits and signs to a token, bytes of what is no ASCII) and know nothing of how we count.
"""

import re
from collections.abc import Callable


def tokenizer(letters: int, digits: int, signs: int, further: float) -> Callable[[str], int]:
    """A model's own count: words in pieces of so many letters, so many digits and signs to a token, tokens for each further byte."""

    def count(text: str) -> int:
        tokens = 0.0
        for word in re.findall(
            rf" ?[A-Za-z]{{1,{letters}}}|[0-9]{{1,{digits}}}|\n+|[ \t]+|[!-~]{{1,{signs}}}|[\x00-\x7f]", text
        ):
            tokens += 1 if word.strip() or len(word) == 1 else -(-len(word) // 8)
        return round(tokens + further * (len(text.encode("utf-8", "surrogatepass")) - len(text)))

    return count


# Large and small vocabularies: all of them like those of models that there are.
MODELS = {
    "large": tokenizer(12, 3, 3, 0.4),
    "usual": tokenizer(8, 3, 2, 0.5),
    "small": tokenizer(6, 1, 2, 0.8),
}
