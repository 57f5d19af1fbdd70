"""Session events about calls, written into the call log.

Invariant: every event of a call finds its record or is ignored; nothing here shows anything.
"""

from copilot_tui.steps.events import (
    CallFailed,
    CallFellBack,
    CallFinished,
    CallKeptBack,
    CallStarted,
    CallWaiting,
    ReasoningStreamed,
    TextStreamed,
)
from copilot_tui.tui.calls import CallLog, CallRecord, CallState


def record_event(log: CallLog, event: object) -> bool:
    """Write an event into the log; gives whether it was about a call."""
    if isinstance(event, CallStarted):
        log.start(CallRecord(event.call, event.role.value, event.model, event.profile))
        return True
    if isinstance(event, CallKeptBack):
        log.keep_back(event.call, kept_back(event))
        return True
    if not isinstance(event, CallWaiting | CallFellBack | TextStreamed | ReasoningStreamed | CallFinished | CallFailed):
        return False
    record = log.find(event.call)
    if record is not None:
        _update(record, event)
    return True


def kept_back(event: CallKeptBack) -> str:
    """What was kept back, and where it stands, in words."""
    where = f" in {', '.join(event.places)}" if event.places else ""
    return f"{', '.join(event.secrets)}{where}"


def _update(
    record: CallRecord,
    event: CallWaiting | CallFellBack | TextStreamed | ReasoningStreamed | CallFinished | CallFailed,
) -> None:
    match event:
        case TextStreamed(text=text):
            record.note = ""
            record.add_text(text)
        case ReasoningStreamed(text=text):
            record.add_reasoning(text)
        case CallWaiting(seconds=seconds, reason=reason):
            record.note = f"waits {seconds:.0f} s: {reason}"
        case CallFellBack(profile=profile, model=model, reason=reason):
            record.profile, record.model, record.note = profile, model, f"goes on with {model}: {reason}"
        case CallFinished():
            record.state = CallState.DONE if event.complete else CallState.CUT
            record.note = "" if event.complete else event.reason
            record.seconds, record.cost = event.seconds, event.cost
            record.set_usage(event.usage.completion_tokens, estimated=event.usage.estimated)
        case CallFailed(sentence=sentence):
            record.state, record.note = CallState.FAILED, sentence
