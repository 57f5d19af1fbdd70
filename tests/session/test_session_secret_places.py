"""A secret that was kept back is found again by its mark, wherever a request looked at it."""

from copilot_tui.models.outgoing import mark_of
from copilot_tui.session.secret_places import SecretPlaces
from copilot_tui.steps.events import CallKeptBack, TextStreamed

TOKEN = "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345"
OTHER = "ghp_" + "abcdefghijABCDEFGHIJ0123450123456789"


def places_of(places: SecretPlaces, *secrets: str) -> tuple[str, ...]:
    event = places.located(CallKeptBack(1, ("a GitHub token",), tuple(map(mark_of, secrets))))
    assert isinstance(event, CallKeptBack)
    return event.places


def test_a_whole_file_gives_the_line_and_a_part_of_one_its_path() -> None:
    places = SecretPlaces()
    places.take({"shop/web.py": f"...\ntoken = '{TOKEN}'", "your request": "add the tax"})
    places.take({"shop/config.py": f"# keys\n\ntoken = '{TOKEN}'\n".encode()})
    places.take({"shop/config.py": f"token = '{TOKEN}'"})
    assert places_of(places, TOKEN) == ("shop/web.py", "shop/config.py:3")
    assert places_of(places, OTHER) == ()


def test_a_part_of_a_file_with_two_secrets_is_named_once() -> None:
    places = SecretPlaces()
    places.take({"shop/web.py": f"token = '{TOKEN}'\nother = '{OTHER}'"})
    assert places_of(places, TOKEN, OTHER) == ("shop/web.py",)


def test_what_was_typed_is_named_as_the_request() -> None:
    places = SecretPlaces()
    places.take({"your request": f"use {OTHER}"})
    assert places_of(places, OTHER) == ("your request",)
    places.forget()
    assert places_of(places, OTHER) == ()


def test_other_events_stay_as_they_are() -> None:
    event = TextStreamed(1, TOKEN)
    assert SecretPlaces().located(event) is event
