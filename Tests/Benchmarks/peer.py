#!/usr/bin/env python3
# The shortest asynchronous program that makes warm transfers: the happy path, a sound that is ready, nothing written down.
# peer.py URL USER PASSWORD APPLICATION ENDPOINT BRIEFING
import asyncio
import itertools
import sys

import aiohttp

url, user, password, application, endpoint, briefing = sys.argv[1:]


async def main():
    auth = aiohttp.BasicAuth(user, password)
    async with aiohttp.ClientSession(auth=auth, connector=aiohttp.TCPConnector(limit=10)) as http:
        names, callers, tasks, numbers = {}, {}, set(), itertools.count()

        async def ask(method, path, **query):
            async with http.request(method, f"{url}/ari{path}", params=query) as answer:
                if answer.status >= 300:
                    print(method, path, answer.status, await answer.text(), flush=True)

        async def hold(caller, number):
            name = names[caller] = f"peer-{next(numbers)}"
            callers[name] = caller
            await ask("POST", f"/bridges/{name}-hold", type="holding")
            await ask("POST", f"/bridges/{name}-hold/addChannel", channel=caller)
            await ask("POST", f"/channels/{caller}/moh", mohClass="default")
            agent = {"endpoint": endpoint, "app": application, "appArgs": "agent", "callerId": f"Caller <{number}>"}
            await ask("POST", f"/channels/{name}-agent-1", **agent)

        async def brief(agent, name):
            await ask("POST", f"/channels/{agent}/play/{agent}-briefing", media="sound:" + briefing)
            await ask("POST", f"/bridges/{name}-talk", type="mixing,proxy_media")

        async def join(agent, name):
            await ask("DELETE", f"/playbacks/{agent}-briefing")
            await ask("POST", f"/bridges/{name}-talk/addChannel", channel=f"{callers[name]},{agent}")
            await ask("DELETE", f"/channels/{callers[name]}/moh")

        async def clear(name):
            await ask("DELETE", f"/channels/{name}-agent-1")
            await ask("DELETE", f"/bridges/{name}-hold")
            await ask("DELETE", f"/bridges/{name}-talk")

        def begin(work):
            task = asyncio.create_task(work)
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        async with http.ws_connect(f"{url}/ari/events?app={application}") as stream:
            print("ready", flush=True)
            async for message in stream:
                event = message.json()
                channel = event.get("channel", {}).get("id", "")
                name = channel.removesuffix("-agent-1")
                if event["type"] == "StasisStart" and event["args"] == ["agent"]:
                    begin(brief(channel, name))
                elif event["type"] == "StasisStart":
                    begin(hold(channel, event["channel"]["caller"]["number"]))
                elif event["type"] == "ChannelDtmfReceived" and event["digit"] == "1":
                    begin(join(channel, name))
                elif event["type"] == "StasisEnd" and channel in names:
                    begin(clear(names.pop(channel)))


asyncio.run(main())
