"""Hunks one by one in plain mode: the person's word on each, on single lines of it, and what becomes of them.

Invariant: nothing lands but by `apply`; a line is named as it was read out, `added 8` or `removed 8`.
"""

from collections.abc import Awaitable, Callable

from copilot_tui.errors import CopilotTuiError, UsageError
from copilot_tui.headless.plain_editing import edited_in_editor, edited_line
from copilot_tui.headless.plain_lines import NamedLines, named_lines
from copilot_tui.headless.plain_reading import read_line
from copilot_tui.headless.plain_words import hunk_words, summary_words
from copilot_tui.headless.printing import say
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide, decide_rest, decide_units, line_units, next_pending, split
from copilot_tui.review.in_place import landing_verb
from copilot_tui.review.review import Review, Unit
from copilot_tui.session.session import Session

_HELP = (
    "a accepts the hunk, r rejects it, u takes the last decision back, n and p go to the next and the last hunk.",
    "a added 8 accepts one line, r removed 8 to 10 rejects some, split added 8 cuts the hunk before that line.",
    "edit added 8 asks for that line's new text, edit opens the file in your editor (VISUAL or EDITOR).",
    "rest accepts all that nothing flags, say repeats the hunk, apply lands what is accepted,",
    "stage puts what is accepted of uncommitted changes into the index, leave goes back, discard gives it up.",
)
_NOTHING_LEFT = "Nothing is left to decide: the text is as it was before. u takes that back, discard gives it up."


class Deciding:
    """One proposal, hunk by hunk."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._earlier: list[Review] = []
        self._words: dict[str, Callable[[int], Awaitable[int | None]]] = {
            **dict.fromkeys(("a", "accept", "y"), self._accept),
            **dict.fromkeys(("r", "reject", "x"), self._reject),
            **dict.fromkeys(("u", "undo"), self._undo),
            **dict.fromkeys(("n", "next"), self._next),
            **dict.fromkeys(("p", "previous"), self._previous),
            **dict.fromkeys(("say", ""), self._again),
            "rest": self._rest,
            **dict.fromkeys(("e", "edit"), self._edit),
            "stage": self._stage,
            "apply": self._apply,
            "discard": self._discard,
            **dict.fromkeys(("leave", "quit"), self._leave),
        }

    async def run(self) -> None:
        """Ask for each hunk until the person lands, leaves or gives up what is proposed."""
        at = 0
        if not self._review.units:
            say("No usable change came; nothing was changed.")
            return
        say(summary_words(self._review))
        self._say(at)
        while (line := await read_line("a, r, u, n, p, split, edit, rest, apply, leave or help: ")) is not None:
            try:
                moved = await self._take(line.strip(), at)
            except CopilotTuiError as error:
                say(f"Not done: {error}")
                continue
            if moved is None:
                return
            at = moved

    @property
    def _review(self) -> Review:
        review = self._session.review
        if review is None:
            raise UsageError("There is no proposal yet: ask for a change first.")
        return review

    async def _take(self, word: str, at: int) -> int | None:
        """Do a word; gives the hunk that the person is at then, or None where they are done."""
        known = self._words.get(word.lower())
        if known is not None:
            return await known(at)
        verb, _, rest = word.partition(" ")
        lines = named_lines(rest)
        if lines is not None and verb.lower() in {"a", "accept", "y", "r", "reject", "x", "split", "e", "edit"}:
            return await self._take_lines(verb.lower(), lines, at)
        for sentence in _HELP:
            say(sentence)
        return at

    async def _take_lines(self, verb: str, lines: NamedLines, at: int) -> int:
        """Do something with lines of the hunk that the person is at."""
        review, unit = self._review, self._decidable(at)
        places = lines.places(review, unit)
        if verb == "split":
            cut = split(review, unit.file, places[0])
            if cut is review:
                raise UsageError("The hunk begins with that line: there is nothing before it to cut off.")
            self._keep(cut)
            say(f"Cut in two: hunks {at + 1} and {at + 2}.")
            return self._go(at)
        if verb in {"e", "edit"}:
            fresh = await edited_line(review, unit, places)
            if fresh is None:
                say("Nothing was changed.")
                return at
            self._keep(fresh)
            return self._near(unit, at)
        decision = Decision.ACCEPTED if verb in {"a", "accept", "y"} else Decision.REJECTED
        units = [one for place in places for one in line_units(review, unit.file, place, place + 1)]
        self._keep(decide_units(review, units, decision, f"{decision.name.lower()} lines"))
        count = len(places)
        say(f"{'Accepted' if decision is Decision.ACCEPTED else 'Rejected'}: {count} line{'s' if count > 1 else ''}.")
        return self._go(at)

    def _decidable(self, at: int) -> Unit:
        """The hunk at hand; raises `UsageError` where the scope withholds it, or none is left."""
        if not self._review.units:
            raise UsageError(_NOTHING_LEFT)
        unit = self._review.units[at]
        reason = self._review.withheld_reason(unit)
        if reason is not None:
            raise UsageError(f"This hunk is withheld and cannot be decided: {reason}.")
        return unit

    def _near(self, unit: Unit, at: int) -> int:
        """The hunk where the edited one was: what the person wrote is accepted, and there may be more or fewer hunks now."""
        units = self._review.units
        say("Taken as you wrote it, and accepted.")
        same_file = [number for number, one in enumerate(units) if one.file == unit.file]
        return self._go(min(max(at, same_file[0]), same_file[-1]) if same_file else at)

    async def _edit(self, at: int) -> int:
        unit = self._decidable(at)
        fresh = await edited_in_editor(self._review, unit)
        if fresh is None:
            say("Nothing was changed.")
            return at
        self._keep(fresh)
        return self._near(unit, at)

    async def _stage(self, _: int) -> None:
        paths = await self._session.stage()
        say(f"Staged: {', '.join(paths)}. No file was written.")

    async def _accept(self, at: int) -> int:
        return self._decide(at, Decision.ACCEPTED)

    async def _reject(self, at: int) -> int:
        return self._decide(at, Decision.REJECTED)

    async def _undo(self, at: int) -> int:
        if not self._earlier:
            raise UsageError("There is no decision to take back.")
        self._session.replace_review(self._earlier.pop())
        say("Taken back.")
        return self._go(at)

    async def _next(self, at: int) -> int:
        return self._go((at + 1) % max(1, len(self._review.units)))

    async def _previous(self, at: int) -> int:
        return self._go((at - 1) % max(1, len(self._review.units)))

    async def _again(self, at: int) -> int:
        return self._go(at)

    async def _rest(self, at: int) -> int:
        if not self._review.units:
            raise UsageError(_NOTHING_LEFT)
        self._keep(decide_rest(self._review, None, Decision.ACCEPTED))
        say(summary_words(self._review))
        return at

    async def _discard(self, _: int) -> None:
        self._session.discard(self._review)
        say("The proposal was put away; nothing was changed.")

    async def _leave(self, _: int) -> None:
        say("The proposal stays; review goes back to it.")

    def _keep(self, review: Review) -> None:
        self._earlier.append(self._review)
        self._session.replace_review(review)

    def _decide(self, at: int, decision: Decision) -> int:
        review, unit = self._review, self._decidable(at)
        self._keep(decide(review, unit, decision))
        say("Accepted." if decision is Decision.ACCEPTED else "Rejected.")
        following = next_pending(self._review, unit)
        if following is None:
            say(f"{summary_words(self._review)} apply lands what is accepted.")
            return at
        return self._go(self._review.units.index(following))

    def _go(self, at: int) -> int:
        """Read a hunk out, the last one where there are fewer; gives its number."""
        at = max(0, min(at, len(self._review.units) - 1))
        self._say(at)
        return at

    def _say(self, at: int) -> None:
        for line in hunk_words(self._review, at) if self._review.units else (_NOTHING_LEFT,):
            say(line)

    async def _apply(self, _: int) -> int | None:
        verb = landing_verb(self._review)
        receipt = await self._session.land()
        for note in receipt.notes:
            say(note)
        say(f"{verb.before_files} {', '.join(one.path for one in receipt.files)}. undo takes it back.")
        following = self._session.next_proposal()
        if following is None:
            return None
        say("This is the next part of the request.")
        self._earlier.clear()
        say(summary_words(following))
        return self._go(0)
