"""The tools and resources as a server of the Model Context Protocol."""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from datetime import date
from typing import Final

import anyio.to_thread
from mcp import MCPError
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextContent,
    TextResourceContents,
    Tool,
    ToolAnnotations,
)

import luodi
from luodi.editions import reading
from luodi.errors import LuodiError
from luodi.rules.explain import Document
from luodi.text import json_line
from luodi.web.api import shapes
from luodi.web.api.refusals import OurMistake, printable
from luodi.web.mcp import personal, resources, tools

INSTRUCTIONS: Final = (
    "Luodi answers what is open to a company in China's internet sector, what it must obtain and what it can get, with "
    "the clause and the day. Quote the basis of an answer. Where it is `unknown`, ask the person for what `missing` "
    "names, and do not guess. 回答须注明依据；答案为 unknown 时，向用户询问 missing 所列事项，不作猜测。"
)
_LOG = logging.getLogger(__name__)
#: Counts one call by its name against the limits of whoever asks; over standard input nothing is counted.
counted: ContextVar[Callable[[str], None] | None] = ContextVar("counted", default=None)


def make_server(today: Callable[[], date]) -> Server[object]:
    """The server; `today` is asked once a call."""

    async def call(context: ServerRequestContext[object], params: CallToolRequestParams) -> CallToolResult:
        return await anyio.to_thread.run_sync(called, params.name, params.arguments, today())

    async def resources_(
        context: ServerRequestContext[object], params: PaginatedRequestParams | None
    ) -> ListResourcesResult:
        return await anyio.to_thread.run_sync(listed, params.cursor if params else None)

    async def read(context: ServerRequestContext[object], params: ReadResourceRequestParams) -> ReadResourceResult:
        return await anyio.to_thread.run_sync(read_resource, str(params.uri), today())

    return Server(
        "luodi",
        title="Luodi 落地",
        version=luodi.__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=_tools,
        on_call_tool=call,
        on_list_resources=resources_,
        on_list_resource_templates=_templates,
        on_read_resource=read,
    )


# ---- tools


async def _tools(context: ServerRequestContext[object], params: PaginatedRequestParams | None) -> ListToolsResult:
    return ListToolsResult(tools=[_tool(name) for name in tools.names()])


def _tool(name: str) -> Tool:
    (english, more), (chinese, _) = shapes.about(name, "en"), shapes.about(name, "zh")
    return Tool(
        name=name,
        title=english,
        description=" ".join(text for text in (f"{english}.", more, f"{chinese}。") if text),
        input_schema=shapes.tool(name, "en"),
        output_schema=shapes.marked(shapes.answered(name), "en"),
        annotations=ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
    )


def called(name: str, arguments: Document | None, today: date) -> CallToolResult:
    """The answer, or the problem in words that say what to do: an assistant reads it and asks again."""
    try:
        count = counted.get()
        if count is not None:
            count(name)
        with reading():
            document = tools.answer(name, arguments, today=today)
    except LuodiError as problem:
        return _problem(problem)
    except Exception:  # a fault of ours ends one call and no connection; the log has it
        _LOG.exception("a fault in the tool %s", name[:40])
        return _problem(OurMistake("mcp.our-mistake"))
    return CallToolResult(content=[TextContent(type="text", text=_text(document))], structured_content=document)


def _problem(problem: LuodiError) -> CallToolResult:
    error = {key: printable(value) if isinstance(value, str) else value for key, value in problem.as_json().items()}
    return CallToolResult(content=[TextContent(type="text", text=_text({"error": error}))], is_error=True)


def _text(document: object) -> str:
    return json_line(document)


# ---- resources


def listed(cursor: str | None) -> ListResourcesResult:
    try:
        with reading():
            shown, after = resources.page(cursor)
    except LuodiError as problem:
        raise MCPError(INVALID_PARAMS, str(problem), problem.as_json()) from None
    rows = [Resource(uri=r.uri, name=r.name, title=r.title, mime_type="application/json") for r in shown]
    return ListResourcesResult(resources=rows, next_cursor=after)


async def _templates(
    context: ServerRequestContext[object], params: PaginatedRequestParams | None
) -> ListResourceTemplatesResult:
    rows = [
        ResourceTemplate(uri_template=uri, name=uri.split("/")[2], description=about, mime_type="application/json")
        for uri, about in {**resources.TEMPLATES, **personal.templates()}.items()
    ]
    return ListResourceTemplatesResult(resource_templates=rows)


def read_resource(uri: str, today: date) -> ReadResourceResult:
    try:
        with reading():
            document = resources.read(uri, today=today)
    except LuodiError as problem:
        raise MCPError(
            INVALID_PARAMS,
            printable(str(problem)),
            {"code": problem.code, **problem.message.as_json(), "at": problem.at},
        ) from None
    contents = TextResourceContents(uri=uri, mime_type="application/json", text=_text(document))
    return ReadResourceResult(contents=[contents])
