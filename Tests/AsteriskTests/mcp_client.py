"""A language model's client of the Model Context Protocol, with the protocol's own Python SDK, old or new.

mcp_client.py http URL TOKEN CHANNEL MODE | mcp_client.py stdio PROGRAM ARGUMENT... CHANNEL MODE

MODE is legacy, or (new SDK alone) auto or a version. Hands the caller over, asks how it stands, and cancels; says in one
line of JSON what came of each.
"""

import asyncio
import json
import sys


def tool_names(listed):
    return [tool.name for tool in listed.tools]


def structured(result):
    content = getattr(result, "structured_content", None) or getattr(result, "structuredContent", None)
    failed = getattr(result, "is_error", None) or getattr(result, "isError", None) or False
    return {"failed": failed, **(content or {})}


async def play(session, channel, version):
    told = {"version": version, "tools": tool_names(await session.list_tools())}
    handover = {"channel": channel, "target": "alice", "reason": "asks for a refund", "summary": "Charged twice.",
                "facts": {"Tier": "gold", "Account": "4821"}}
    told["departments"] = structured(await session.call_tool("list_departments", {}))
    told["wrong"] = structured(await session.call_tool("transfer_to_human", {**handover, "target": "+15551234567"}))
    told["begun"] = structured(await session.call_tool("transfer_to_human", handover))
    transfer = {"id": told["begun"].get("id", "none")}
    told["seen"] = structured(await session.call_tool("get_transfer", transfer))
    told["cancelled"] = structured(await session.call_tool("cancel_transfer", transfer))
    return told


async def with_new_sdk(kind, words, channel, mode):
    import httpx2
    from mcp import Client, StdioServerParameters
    from mcp.client.streamable_http import streamable_http_client

    if kind == "http":
        url, token = words
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http:
            async with Client(streamable_http_client(url, http_client=http), mode=mode) as client:
                return await play(client, channel, client.protocol_version)
    program = StdioServerParameters(command=words[0], args=words[1:])
    async with Client(program, mode=mode) as client:
        return await play(client, channel, client.protocol_version)


async def with_old_sdk(kind, words, channel):
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client
    from mcp.client.streamable_http import streamablehttp_client

    if kind == "http":
        url, token = words
        transport = streamablehttp_client(url, headers={"Authorization": f"Bearer {token}"})
    else:
        transport = stdio_client(StdioServerParameters(command=words[0], args=words[1:]))
    async with transport as streams:
        async with ClientSession(streams[0], streams[1]) as session:
            welcome = await session.initialize()
            return await play(session, channel, welcome.protocolVersion)


async def main():
    kind, *words, channel, mode = sys.argv[1:]
    try:
        from mcp import Client  # noqa: F401
    except ImportError:
        told = await with_old_sdk(kind, words, channel)
    else:
        told = await with_new_sdk(kind, words, channel, mode)
    print(json.dumps(told))


asyncio.run(main())
