"""Who answers, for real: the endpoints of the settings and the built-in local model.

Invariant: for one call at most `attempts` tries are made at one endpoint, every wait is announced before it begins, and a
fallback is taken only while no part of an answer has come.
"""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from copilot_tui.config.settings import Price, Profile, Settings
from copilot_tui.errors import SettingsError
from copilot_tui.models.call import (
    FellBack,
    Finished,
    ModelCall,
    Role,
    Started,
    StreamPart,
    Usage,
    Waiting,
)
from copilot_tui.models.choices import Choice, choices_for, is_local
from copilot_tui.models.dialect import limit_of, negotiated, parameters
from copilot_tui.models.dialect_memory import DialectMemory
from copilot_tui.models.embedding import Vector, embed_texts
from copilot_tui.models.endpoint import Endpoint, check_sendable, is_loopback
from copilot_tui.models.failures import (
    FALLS_BACK,
    RETRIED,
    CallError,
    FailureKind,
    failure_of_status,
    failure_of_wait,
)
from copilot_tui.models.keys import key_of
from copilot_tui.models.link import Attempt, StatusRefused
from copilot_tui.models.listing import first_model
from copilot_tui.models.local_model import LocalModel
from copilot_tui.models.outgoing import send_guarded
from copilot_tui.models.prices import cost_of, price_of
from copilot_tui.models.progress import Progress
from copilot_tui.models.reply import Reply
from copilot_tui.models.retry import wait_before_retry
from copilot_tui.models.token_rates import TokenRates
from copilot_tui.models.transport import open_client, warm

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class Endpoints:
    """The `Models` of the program: reads the settings anew for every call, so that a change in the interface takes effect at once.

    What is found out about endpoints is kept in the file `memory` and, how they count tokens, beside it, if there is one.
    """

    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        local: LocalModel,
        chance: random.Random | None = None,
        memory: Path | None = None,
    ) -> None:
        self.settings = settings
        self.environment = environment
        self._local = local
        self._former_locals: list[LocalModel] = []
        self._chance = chance or random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._clients: list[tuple[Endpoint, AsyncOpenAI]] = []
        self._dialects = DialectMemory(memory)
        self._rates = TokenRates(memory.with_name("token-rates.json") if memory is not None else None)
        self._first_models: dict[str, str] = {}
        self.tell_key: Callable[[str], None] | None = None  # told each key that is read, for whoever keeps records

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close everything."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections and end the local model."""
        clients, self._clients = self._clients, []
        for _, client in clients:
            await client.close()
        await self._stop_former()
        await self._local.stop()

    def take(self, settings: Settings, environment: Mapping[str, str], local: LocalModel) -> None:
        """Other settings, keys and local model from the next call on."""
        self._former_locals.append(self._local)
        self.settings, self.environment, self._local = settings, environment, local

    async def _stop_former(self) -> None:
        while self._former_locals:
            await self._former_locals.pop().stop()

    def context_budget(self, role: Role) -> int:
        """How many tokens of context the role's first choice should be given."""
        return self.settings.profiles[choices_for(role, self.settings)[0].profile].context_budget

    def token_counter(self, role: Role) -> Callable[[str], int]:
        """How the role's first choice counts, as its endpoint has reported; before any report a careful guess."""
        choice = choices_for(role, self.settings)[0]
        return self._rates.counter(*self._counted_as(choice))

    def _counted_as(self, choice: Choice) -> tuple[str, str]:
        if is_local(choice):
            return choice.profile, self._local.title
        return self.settings.profiles[choice.profile].base_url, choice.model

    async def _learn_rate(self, call: ModelCall, choice: Choice, endpoint: Endpoint, usage: Usage) -> None:
        if not usage.estimated:
            address, model = self._counted_as(choice)
            names = (model,) if is_local(choice) else (model, endpoint.model)
            text = "\n".join(message.content for message in call.messages)
            await asyncio.to_thread(self._rates.learn, address, names, text, usage.prompt_tokens)

    def describe(self, role: Role) -> str:
        """The role's model as a person reads it."""
        return self._title(choices_for(role, self.settings)[0])

    def price(self, role: Role) -> Price | None:
        """The price of the role's model, None if it is not known; what runs on this machine costs nothing."""
        choice = choices_for(role, self.settings)[0]
        return self._price(choice, self.settings.profiles[choice.profile].base_url)

    def is_tiny(self, role: Role) -> bool:
        """Whether the built-in demo model answers for the role, or a local one of which no more is known."""
        return is_local(choices_for(role, self.settings)[0]) and self._local.is_tiny

    def _title(self, choice: Choice) -> str:
        if is_local(choice):
            return self._local.title
        profile = self.settings.profiles[choice.profile]
        return (
            choice.model
            or self._first_models.get(profile.base_url)
            or f"first model of {profile.title or choice.profile}"
        )

    def _price(self, choice: Choice, base_url: str) -> Price | None:
        free = is_local(choice) or is_loopback(base_url)
        return price_of(choice.model, self.settings.prices) or (Price() if free else None)

    def stream(self, call: ModelCall) -> AsyncGenerator[StreamPart, None]:
        """Send the call, without what must not go out, and yield its answer part by part; raises `ModelError`."""
        return send_guarded(call, self.settings.send_secrets, self._stream)

    async def embed(self, texts: Sequence[str]) -> tuple[Vector, ...]:
        """The texts as vectors by the embed role's model, one for each in their order; raises `CallError`."""
        await asyncio.to_thread(warm)
        endpoint = await self._endpoint(choices_for(Role.EMBED, self.settings)[0])
        check_sendable(endpoint)
        endpoint = await self._with_model(endpoint)
        return await embed_texts(self._client(endpoint), endpoint, texts, self.settings.send_secrets)

    async def _stream(self, call: ModelCall) -> AsyncGenerator[StreamPart, None]:
        chain = choices_for(call.role, self.settings)
        for position, choice in enumerate(chain):
            progress = Progress()
            try:
                async with aclosing(self._answer(call, choice, progress)) as parts:
                    async for part in parts:
                        yield part
            except CallError as failure:
                failure.__context__ = None  # what the libraries raised holds the request with its key
                if progress.text or progress.reasoned:
                    yield self._finish(call, progress, f"{failure}.")
                    return
                if failure.kind not in FALLS_BACK or position + 1 == len(chain):
                    raise
                following = chain[position + 1]
                yield FellBack(following.profile, self._title(following), failure.happened)
            else:
                return

    async def _answer(self, call: ModelCall, choice: Choice, progress: Progress) -> AsyncGenerator[StreamPart, None]:
        await asyncio.to_thread(warm)
        endpoint = await self._endpoint(choice)
        progress.endpoint, progress.choice = endpoint, choice
        check_sendable(endpoint)
        endpoint = await self._with_model(endpoint)
        progress.endpoint = endpoint
        yield Started(endpoint.name, self._title(replace(choice, model=endpoint.model)))
        tries = 0
        while True:
            tries += 1
            dialect = self._dialects.get(endpoint)
            body = parameters(call, endpoint, dialect)
            attempt = Attempt(self._client(endpoint), endpoint, body)
            progress.begin(attempt.reply)
            try:
                async with aclosing(attempt.parts()) as parts:
                    async for part in parts:
                        progress.take(part)
                        yield part
            except StatusRefused as refused:
                other = negotiated(dialect, body, refused.status, refused.text)
                if other is not None:
                    await asyncio.to_thread(self._dialects.set, endpoint, other)
                    tries -= 1
                    continue
                failure = failure_of_status(refused.status, refused.text, endpoint.host, endpoint.model)
                seconds = wait_before_retry(tries, refused.status, refused.headers, self._chance)
            except CallError as error:
                failure, seconds = error, wait_before_retry(tries, 0, {}, self._chance)
            else:
                self._check_not_empty(attempt.reply, endpoint)
                await self._learn_rate(call, choice, endpoint, progress.usage(call))
                limit = limit_of(call, endpoint)
                is_by_call = limit is not None and limit == call.max_tokens
                yield self._finish(call, progress, attempt.reply.incompleteness(limit, by_call=is_by_call))
                return
            if progress.text or progress.reasoned or failure.kind not in RETRIED:
                raise failure
            if seconds is None or tries >= endpoint.profile.attempts:
                raise failure
            if seconds > endpoint.profile.max_wait_seconds:
                raise failure_of_wait(endpoint.host, seconds, endpoint.profile.max_wait_seconds)
            yield Waiting(seconds, failure.happened)
            await asyncio.sleep(seconds)
            if is_local(choice):
                endpoint = progress.endpoint = await self._endpoint(choice)  # it may have died and have a new address

    async def _endpoint(self, choice: Choice) -> Endpoint:
        profile = self.settings.profiles[choice.profile]
        if is_local(choice):
            await self._stop_former()
            address = await self._local.address()
            base_url, key, model = address.base_url, address.key, address.title
        else:
            base_url, model = profile.base_url, choice.model
            try:
                key = await asyncio.to_thread(self._read_key, profile, base_url)
            except SettingsError as error:
                happened, _, to_do = str(error).partition(": ")
                raise CallError(FailureKind.NO_KEY, happened, to_do) from None
        return Endpoint(
            name=choice.profile,
            profile=profile,
            model=model,
            base_url=base_url,
            key=key,
            max_tokens=choice.max_tokens,
            temperature=choice.temperature,
        )

    def _read_key(self, profile: Profile, base_url: str) -> str:
        key = key_of(profile, base_url, self.environment)
        if key and self.tell_key is not None:
            self.tell_key(key)
        return key

    async def _with_model(self, endpoint: Endpoint) -> Endpoint:
        if endpoint.model:
            return endpoint
        model = self._first_models.get(endpoint.base_url)
        if model is None:
            model = await first_model(self._client(endpoint), endpoint)
            self._first_models[endpoint.base_url] = model
        return replace(endpoint, model=model)

    def _client(self, endpoint: Endpoint) -> "AsyncOpenAI":
        reached = replace(endpoint, model="", max_tokens=None, temperature=None)
        found = next((client for known, client in self._clients if known == reached), None)
        if found is None:
            found = open_client(reached)
            self._clients.append((reached, found))
        return found

    def _check_not_empty(self, reply: Reply, endpoint: Endpoint) -> None:
        if reply.characters or reply.reasoning_characters or reply.refusal or reply.called_tool:
            return
        if reply.finish_reason in {"length", "max_tokens", "content_filter"}:
            return
        if reply.saw_chunk and not reply.finish_reason:
            raise CallError(FailureKind.CUT, f"{endpoint.host} cut the answer before its first word", "ask again")
        raise CallError(
            FailureKind.EMPTY, f"{endpoint.host} sent an empty answer", "ask again, or choose another model"
        )

    def _finish(self, call: ModelCall, progress: Progress, incompleteness: str) -> Finished:
        usage = progress.usage(call)
        price = None
        if progress.endpoint is not None and progress.choice is not None:
            named = replace(progress.choice, model=progress.endpoint.model)
            price = self._price(named, progress.endpoint.base_url)
        return Finished(
            complete=not incompleteness,
            reason=incompleteness,
            usage=usage,
            seconds=time.perf_counter() - progress.began,
            first_text_seconds=progress.first_text_seconds,
            cost=cost_of(usage, price),
        )
