"""The service: its routes, who may call them, and what is answered. Whatever goes wrong is an OperationOutcome."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import time
import traceback
import uuid
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import orjson

from ...loading.folder import load_pathways
from ...model.case import Case
from ...model.errors import FhirError, Problem
from ...model.pathway import Definitions
from ..fhir import ConflictingRecords, case_from_bundle
from ..fhir.cards import CardLinks, cards, conflict_cards, conflict_words, remembered
from ..fhir.prefetch import REQUIRED, Sent, prefetched, templates, usage
from ..fhir.publication import Publication
from .fetching import Fetched, Fetching
from .hooks import HOOKS, Hook, HookCall, read_call, read_feedback
from .messages import Answer, Call, CallError, GoneError, Message, Receive, Send, decoded
from .metrics import KIND, Metrics
from .openapi import openapi
from .settings import READ, ServiceError, Settings, UnavailableError, read_issuers
from .stores import FEEDBACK, USED, Feedback, Replays, open_engine, prepare
from .tokens import RefusedError, Tokens

if TYPE_CHECKING:
    from .smart import SmartPage

BASE: Final = "/cds-services"
_LOG: Final = logging.getLogger("pnet_pathways.service")
_PREFLIGHT_SECONDS: Final = "600"

Handler = Callable[[Call], Awaitable[Answer]]


def smart_pages(settings: Settings, definitions: Definitions, searches: Mapping[str, str]) -> dict[str, SmartPage]:
    """Return the pages that an EHR launches, by their paths. Raises `ServiceError` where they cannot be made."""
    try:
        from . import smart
        from .smart.servers import read_servers

        servers = read_servers(settings.smart)
        made = (
            Path(settings.smart_page).read_bytes() if settings.smart_page else smart.case_page(definitions, servers, searches)
        )
        return smart.pages(definitions, servers, made, settings.origins)
    except ModuleNotFoundError as error:
        raise ServiceError([Problem("smart", f"{error.name} is missing", "install pnet-pathways[smart]")]) from None


@attrs.frozen
class Route:
    """What answers calls of a path: by method. `name` is what the log and the metrics say; `guarded`: a token is needed.

    `heavy`: refused where too many calls are under way.
    """

    name: str
    methods: Mapping[str, Handler]
    guarded: bool = False
    heavy: bool = False


class Service:
    """The service as an ASGI application."""

    def __init__(self, settings: Settings) -> None:
        settings.check()
        self.settings = settings
        self.definitions: Definitions = load_pathways(settings.pathways or None, reviews=settings.reviews or None)
        self.templates = templates(Publication(self.definitions, settings.canonical))
        self.pages = smart_pages(settings, self.definitions, self.templates) if settings.smart else {}
        self.links = CardLinks(settings.report_url, settings.launch_url)
        self.metrics = Metrics()
        self.fetching = Fetching(settings, self.definitions) if settings.fetch_from else None
        self.feedback: Feedback | None = None
        self.tokens: Tokens | None = None
        if settings.feedback:
            engine = open_engine(settings.feedback, settings.busy_seconds, durable=True)
            prepare(engine, FEEDBACK, "feedback")
            self.feedback = Feedback(engine)
        if settings.protected:
            issuers = read_issuers(settings.issuers)
            engine = open_engine(settings.replays, settings.busy_seconds, durable=False)
            prepare(engine, USED, "replays")
            self.tokens = Tokens.of(issuers, Replays(engine))
        self.at_once = 0
        self.leaving = False
        self.routes = self._routes()

    def _routes(self) -> dict[str, Route]:
        routes = {
            BASE: Route("discovery", {"GET": self._discovery}, guarded=True),
            "/health/live": Route("live", {"GET": self._live}),
            "/health/ready": Route("ready", {"GET": self._ready}),
            "/metrics": Route("metrics", {"GET": self._metrics}),
            "/openapi.json": Route("openapi", {"GET": self._openapi}),
        }
        for hook in HOOKS.values():
            routes[f"{BASE}/{hook.id}"] = Route(hook.hook, {"POST": self._hook(hook)}, guarded=True, heavy=True)
            feedback = Route("feedback", {"POST": self._on_feedback(hook)}, guarded=True, heavy=True)
            routes[f"{BASE}/{hook.id}/feedback"] = feedback
        for path, page in self.pages.items():
            routes[path] = Route("smart", {"GET": self._page(page)})
        if self.pages:
            routes[READ] = Route("case", {"POST": self._case}, heavy=True)
        return routes

    # ASGI

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a call, or follow the life of the server."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._answer(Call.of(scope, receive), send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message: Message = await receive()
            if message["type"] == "lifespan.startup":
                self._warm_up()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    def _warm_up(self) -> None:
        """Answer each type once: that compiles its tables, and nobody shall wait for it."""
        entry = self.definitions.entry
        for type_ in (None, *entry.types):
            case = Case.from_dict({} if type_ is None else {entry.fact: type_}, self.definitions.vocabulary)
            answer = remembered(self.definitions, case)
            _ = (answer.alternatives, answer.either_way)

    async def _answer(self, call: Call, send: Send) -> None:
        begin, id_ = time.perf_counter(), str(uuid.uuid4())
        route = self.routes.get(call.path)
        name, reason = "unknown" if route is None else route.name, ""
        self.at_once += 1
        self.metrics.at_once.inc()
        try:
            answer = await self._guarded(call, route)
            body = answer.body
        except CallError as error:
            answer, reason = Answer(error.status, error.outcome, error.headers), error.reason
            body = answer.body
        except GoneError:
            self._log(id_, name, call, 499, begin, "the client hung up")
            return
        except Exception as error:
            # Whatever it is, the client gets an outcome, and the log the place without data.
            where = traceback.extract_tb(error.__traceback__)[-1]
            reason = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
            failed = CallError(500, [f"the service failed; its log names the place under {id_}"])
            answer = Answer(failed.status, failed.outcome)
            body = answer.body
        finally:
            self.at_once -= 1
            self.metrics.at_once.dec()
        await answer.send(send, body, {"X-Request-Id": id_, **self._cors(call)})
        self.metrics.calls.labels(name, str(answer.status)).inc()
        self.metrics.seconds.labels(name).observe(time.perf_counter() - begin)
        self._log(id_, name, call, answer.status, begin, reason)

    def _log(self, id_: str, name: str, call: Call, status: int, begin: float, reason: str) -> None:
        """Log a call: its route and how it ended. Nothing that was sent is logged, not even the path."""
        known = call.method if call.method in {"GET", "POST", "OPTIONS"} else "other"
        said = {"id": id_, "route": name, "method": known, "status": status}
        said |= {"ms": round((time.perf_counter() - begin) * 1000, 1), **({"reason": reason} if reason else {})}
        _LOG.log(logging.ERROR if status == 500 else logging.INFO, json.dumps(said))

    async def _guarded(self, call: Call, route: Route | None) -> Answer:
        """Answer a call that may be made."""
        if route is None:
            raise CallError(404, ["there is nothing at this path; GET /cds-services lists the services"])
        if call.method == "OPTIONS":
            return self._preflight(call, route)
        handler = route.methods.get(call.method)
        if handler is None:
            allowed = ", ".join((*route.methods, "OPTIONS"))
            raise CallError(405, [f"this path takes {allowed}"], {"Allow": allowed})
        if self.at_once > self.settings.most_at_once and (route.guarded or route.heavy):
            raise CallError(429, ["too many calls at once; try again"], {"Retry-After": "1"})
        if route.guarded and self.tokens is not None:
            await self._check_token(call, self.tokens)
        return await handler(call)

    async def _check_token(self, call: Call, tokens: Tokens) -> None:
        audience = self.settings.public_url.rstrip("/") + call.path
        try:
            # In a thread: keys may have to be fetched, and the used tokens are in a database.
            await asyncio.to_thread(tokens.check, call.headers.get("authorization"), audience)
        except RefusedError as error:
            if error.forbidden:
                raise CallError(403, [str(error)], reason=error.check) from None
            said = "".join(one if one.isascii() and one.isprintable() and one not in '"\\' else "'" for one in str(error))
            challenge = f'Bearer error="invalid_token", error_description="{said[:500]}"'
            raise CallError(401, [str(error)], {"WWW-Authenticate": challenge}, reason=error.check) from None
        except UnavailableError as error:
            raise CallError(503, [str(error)], {"Retry-After": "60"}, reason=str(error)) from None

    # Cross-origin calls

    def _cors(self, call: Call) -> dict[str, str]:
        if not self.settings.origins:
            return {}
        origin = call.headers.get("origin")
        if origin not in self.settings.origins:
            return {"Vary": "Origin"}
        exposed = "WWW-Authenticate, X-Request-Id"
        return {"Vary": "Origin", "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": exposed}

    def _preflight(self, call: Call, route: Route) -> Answer:
        """Answer what a browser asks before it calls; it sends no token then."""
        allowed = ", ".join((*route.methods, "OPTIONS"))
        origin = call.headers.get("origin")
        if origin is None:
            return Answer(204, headers={"Allow": allowed})
        if origin not in self.settings.origins:
            raise CallError(403, ["this origin is not on the list of this service (--allow-origin)"], reason="origin")
        return Answer(
            204,
            headers={
                "Allow": allowed,
                "Access-Control-Allow-Methods": allowed,
                "Access-Control-Allow-Headers": "Authorization, Content-Type",
                "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
            },
        )

    # What is answered

    async def _discovery(self, _: Call) -> Answer:
        title = self.definitions.source.title
        services = [
            {
                "hook": hook.hook,
                "hookVersion": "1.0",
                "id": hook.id,
                "title": hook.title.format(title=title),
                "description": f"{self.definitions.source.intended_use} {self.definitions.source.disclaimer}",
                "prefetch": self.templates,
                "usageRequirements": usage(fetches=self.fetching is not None),
            }
            for hook in HOOKS.values()
        ]
        return Answer(data={"version": "2.0.1", "services": services})

    def _hook(self, hook: Hook) -> Handler:
        async def answer(call: Call) -> Answer:
            call.check_type()
            data = decoded(await call.body(self.settings.most_bytes, self.settings.body_seconds), self.settings.most_depth)
            asked = read_call(data, hook)
            fetched = {} if self.fetching is None else await self.fetching.fetch(asked, self.templates)
            found = self._cards(asked, fetched)
            self.metrics.cards.labels(hook.id).inc(len(found))
            return Answer(data={"cards": found}, keep="cards")

        return answer

    def _cards(self, call: HookCall, fetched: Mapping[str, Fetched]) -> list[dict[str, Any]]:
        """Return the cards of a call, with what it did not send and was fetched. Raises `CallError` where there can be none."""
        try:
            values = {**call.prefetch, **{key: one.value for key, one in fetched.items()}}
            why = {key: one.why for key, one in fetched.items()}
            sent = prefetched(values, call.patient, self.templates, why)
            for key in fetched:
                self.metrics.searches.labels(str(sent.states[key])).inc()
            if sent.states[REQUIRED] in {Sent.MISSING, Sent.FAILED}:
                message = f"the {REQUIRED} {sent.words(REQUIRED)}"
                hint = f"send {self.templates[REQUIRED]}{self._not_fetched(call)}"
                raise CallError(412, [Problem(f"prefetch.{REQUIRED}", message, hint)], reason=sent.states[REQUIRED].value)
            try:
                reading = case_from_bundle(sent.resources, self.definitions)
            except FhirError as error:
                raise sent.in_call(error) from None
            return cards(reading, sent, call.instance, self.links, explain=self.settings.explain)
        except ConflictingRecords as error:
            return conflict_cards(error, self.definitions, call.instance)
        except FhirError as error:
            raise CallError(422, error.problems) from None

    def _not_fetched(self, call: HookCall) -> str:
        """Return why nothing was fetched; empty where something was."""
        if self.fetching is None:
            return "; this service calls no FHIR server"
        if self.fetching.may_ask(call):
            return ""
        return "; this service calls only the FHIR servers of its list, with fhirAuthorization"

    def _page(self, page: SmartPage) -> Handler:
        async def answer(call: Call) -> Answer:
            return page.answer(call.headers.get("accept-encoding", ""))

        return answer

    async def _case(self, call: Call) -> Answer:
        """Say what the resources of a Bundle say; for the page, which has no token for this service, and so without one."""
        call.check_type()
        data = decoded(await call.body(self.settings.most_bytes, self.settings.body_seconds), self.settings.most_depth)
        try:
            return Answer(data=case_from_bundle(data, self.definitions).to_dict())
        except ConflictingRecords as error:
            said = [Problem("", conflict_words(self.definitions, one)) for one in error.conflicts]
            raise CallError(422, said, code="conflict", reason="conflict") from None
        except FhirError as error:
            raise CallError(422, error.problems) from None

    def _on_feedback(self, hook: Hook) -> Handler:
        async def answer(call: Call) -> Answer:
            if self.feedback is None:
                raise CallError(404, ["this service keeps no feedback"])
            call.check_type()
            data = decoded(await call.body(self.settings.most_bytes, self.settings.body_seconds), self.settings.most_depth)
            rows = read_feedback(data, hook.id, comments=self.settings.keep_comments)
            try:
                await asyncio.to_thread(self.feedback.add, rows)
            except UnavailableError as error:
                raise CallError(503, [str(error)], {"Retry-After": "5"}, reason=str(error)) from None
            return Answer()

        return answer

    async def _live(self, _: Call) -> Answer:
        return Answer(data={"status": "live"})

    async def _ready(self, _: Call) -> Answer:
        if self.leaving:
            raise CallError(503, ["the service is stopping"])
        kept = "none" if self.feedback is None else "stored"
        if self.feedback is not None and not await asyncio.to_thread(self.feedback.answers):
            kept = "unavailable"
        version = {"version": self.definitions.version, "hash": self.definitions.content_hash}
        return Answer(data={"status": "ready", "feedback": kept, "definitions": version})

    async def _metrics(self, call: Call) -> Answer:
        token = self.settings.metrics_token
        if token or self.settings.protected:
            given = call.headers.get("authorization", "").encode("utf-8")
            if not token or not hmac.compare_digest(given, f"Bearer {token}".encode()):
                headers = {"WWW-Authenticate": 'Bearer realm="metrics"'}
                raise CallError(401, ["the metrics need a token of their own (--metrics-token)"], headers, reason="token")
        return Answer(text=self.metrics.text(), kind=KIND)

    async def _openapi(self, _: Call) -> Answer:
        # Whole: in a description an empty list can say something.
        return Answer(text=orjson.dumps(openapi(self.settings, self.definitions)))
