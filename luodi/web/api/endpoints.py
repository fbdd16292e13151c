"""Routers whose endpoints share what surrounds them: the key, pages of a list, storing once, and actions.

    router = Router(KeyScope.DEALINGS)

    @router.collection("/obstacles", "obstacles", "ObstacleRow", values={"state": STATES})
    def obstacles(user: User, state: str = "") -> Listing[Obstacle]:
        return Listing(queries.OBSTACLES.found(user, {"state": state}), row)

    @router.action("/obstacles/{number}/acts/{act}", ref("Obstacle"), lambda **_: actions_on(Obstacle))
    def obstacle_act(user: User, action: Action, raw: Body, number: str) -> Document: ..

A function is called with the parameters of its address, and with those of `request`, `caller`, `user`, `raw`, `file`
and `action` that it names. It is an operation of its own name; what the document says of it stands in the decorator.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, Signature, signature
from typing import Any, Final, TypeAlias, TypeVar

import ninja
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query

from luodi.web.accounts.models import User
from luodi.web.api import answers, bodies
from luodi.web.api.admission import Caller, admit, admit_user
from luodi.web.api.idempotency import once, stored
from luodi.web.api.inputs import QUERY, Body, action_of, body_of, one_of
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import ALWAYS, ASKED, OPERATIONS, Operation, Schema, Values, a_list, words_of
from luodi.web.api.paging import Listing, page
from luodi.web.core.types import Json

__all__ = ["Document", "Listing", "Made", "Router"]

Document: TypeAlias = Json
View = TypeVar("View", bound=Callable[..., Any])
Respond: TypeAlias = Callable[["Asked"], HttpResponseBase]
_INJECTED: Final = ("request", "caller", "user", "raw", "file", "action")
_LIMIT: Final = Parameter("limit", Parameter.KEYWORD_ONLY, default=Query(50, ge=1, le=200), annotation=int)
_CURSOR: Final = Parameter("cursor", Parameter.KEYWORD_ONLY, default=None, annotation=str | None)


@dataclass(frozen=True)
class Made:
    """What was stored, where it is now, and whether it was there before."""

    document: Document
    location: str = ""
    status: int = 201


@dataclass
class Asked:
    """A request that was let in, and what the function of its endpoint is called with."""

    request: HttpRequest
    caller: Caller
    parameters: dict[str, Any]
    injected: dict[str, Any] = field(default_factory=dict)

    @property
    def user(self) -> User:
        assert self.caller.user is not None  # `admit_user` let them in
        return self.caller.user

    def body(self, described: Operation) -> tuple[Body | None, str]:
        """The body as a mapping, and the text by which it is known again."""
        if described.body == bodies.BYTES:
            self.injected["file"], digest = bodies.file_of(self.request)
            return None, digest
        return body_of(self.request, described.asks) if described.asks else (None, "")

    def call(self, view: Callable[..., Any]) -> Any:
        known = {"request": self.request, "caller": self.caller, "user": self.caller.user, **self.injected}
        return view(**self.parameters, **{name: known[name] for name in signature(view).parameters if name in known})


class Router(ninja.Router):
    """The endpoints of an app that need a key of one scope, where they do not name another one."""

    def __init__(self, scope: KeyScope) -> None:
        super().__init__()
        self.scope = scope

    def collection(
        self, path: str, noun: str, row: str, *statuses: int, values: Mapping[str, Values] | None = None, **more: Any
    ) -> Callable[[View], View]:
        """A list, a page at a time; the function returns a `Listing`. `values` are those that a parameter takes."""
        described = self._reading(a_list(noun, row), 422, *statuses, values=values or {}, **more)

        def register(view: View) -> View:
            def respond(asked: Asked) -> HttpResponseBase:
                limit, cursor = asked.parameters.pop("limit"), asked.parameters.pop("cursor")
                for name, known in described.values.items():
                    one_of(asked.parameters[name], words_of(known), name, QUERY)
                listing: Listing[Any] = asked.call(view)
                return self._answer(asked.request, page(noun, listing, limit, cursor), described)

            return self._add("GET", path, view, respond, described, _LIMIT, _CURSOR)

        return register

    def record(self, path: str, answer: Schema, *statuses: int, **more: Any) -> Callable[[View], View]:
        """One record, or another document; the function returns it, or its response."""
        described = self._reading(answer, *statuses, **more)

        def register(view: View) -> View:
            def respond(asked: Asked) -> HttpResponseBase:
                return self._answer(asked.request, asked.call(view), described)

            return self._add("GET", path, view, respond, described)

        return register

    def download(self, path: str, *statuses: int, **more: Any) -> Callable[[View], View]:
        """A file; that it was taken is written down, so this is no GET. The function returns the response."""
        answer: Schema = {"type": "string", "format": "binary"}
        usual = tuple(sorted({*ALWAYS, *statuses}))
        described = Operation(self._scope(more), answer, usual, content=bodies.BYTES[0], **more)

        def register(view: View) -> View:
            return self._add("POST", path, view, lambda asked: asked.call(view), described)

        return register

    def store(
        self,
        path: str,
        answer: Schema | None,
        *statuses: int,
        asks: str = "",
        file: bool = False,
        actions: Callable[..., Mapping[str, Any]] | None = None,
        parse: Callable[[User, Any], Any] | None = None,
        allow: Callable[[User], None] | None = None,
        cost: int = 1,
        method: str = "POST",
        **more: Any,
    ) -> Callable[[View], View]:
        """Something is stored, once for each `Idempotency-Key`. The function returns a document, `Made`, or None.

        `asks` names the shape of the body, `parse` makes of it what the function gets as `raw`, before anybody has to
        wait for the transaction; `file` says that the body is a file; `allow` refuses before a body is read.
        """
        body = bodies.BYTES if file else bodies.JSON if asks else ()
        usual = tuple(sorted({*(ASKED if body else (*ALWAYS, 422)), *statuses}))
        described = Operation(self._scope(more), answer, usual, body=body, asks=asks, stores=True, **more)

        def register(view: View) -> View:
            def respond(asked: Asked) -> HttpResponseBase:
                user, given = asked.user, asked.parameters
                if allow is not None:
                    allow(user)
                if actions is not None:
                    name = given.pop("act")
                    asked.injected["action"] = action_of(actions(**given), name)
                raw, text = asked.body(described)
                asked.injected["raw"] = raw if parse is None else parse(user, raw)
                return once(asked.request, asked.caller, text, lambda: _stored(asked.call(view), described))

            return self._add(method, path, view, respond, described, cost=cost)

        return register

    def action(
        self, path: str, answer: Schema, actions: Callable[..., Mapping[str, Any]], *, asks: str = "ToAct", **more: Any
    ) -> Callable[[View], View]:
        """An action on a record, named by `act` in the address. `actions` is called with the other parameters of the
        address; the function gets the action of that name as `action`."""
        return self.store(path, answer, 404, 409, asks=asks, actions=actions, **more)

    # ---- what they share

    def _scope(self, more: dict[str, Any]) -> KeyScope:
        scope: KeyScope = more.pop("scope", self.scope)
        return scope

    def _reading(self, answer: Schema, *statuses: int, **more: Any) -> Operation:
        usual = tuple(sorted({304, *ALWAYS, *statuses}))
        return Operation(self._scope(more), answer, usual, etag=True, **more)

    def _answer(self, request: HttpRequest, found: object, described: Operation) -> HttpResponseBase:
        if isinstance(found, HttpResponseBase):
            return found
        if described.scope.is_personal:
            return answers.own(request, found)
        return answers.public(request, answers.present(found))

    def _add(
        self,
        method: str,
        path: str,
        view: View,
        respond: Respond,
        described: Operation,
        *more: Parameter,
        cost: int = 1,
    ) -> View:
        def endpoint(request: HttpRequest, **parameters: Any) -> HttpResponseBase:
            let_in = (admit_user if personal else admit)(request, described.scope, cost)
            return respond(Asked(request, let_in, {name: _clean(value) for name, value in parameters.items()}))

        personal = described.scope.is_personal
        name = view.__name__.rstrip("_")
        own = signature(view, eval_str=True).parameters.values()
        asked = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in own if one.name not in _INJECTED]
        if "{act}" in path:
            asked.append(Parameter("act", Parameter.KEYWORD_ONLY, annotation=str))
        request = Parameter("request", Parameter.POSITIONAL_OR_KEYWORD)
        endpoint.__signature__ = Signature([request, *asked, *more])  # type: ignore[attr-defined]
        endpoint.__name__, endpoint.__doc__ = name, view.__doc__
        self.add_api_operation(path, [method], endpoint, operation_id=name)
        OPERATIONS[name] = described
        return view


def _stored(made: Made | Document | None, described: Operation) -> HttpResponse:
    if not isinstance(made, Made):
        return stored(made, described.done[0])
    return stored(made.document, made.status, **({"Location": made.location} if made.location else {}))


def _clean(value: object) -> Any:
    """No record has a zero byte in its name, and no database takes one."""
    return value.replace("\0", " ") if isinstance(value, str) else value
