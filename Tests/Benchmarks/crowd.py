#!/usr/bin/env python3
# Answers as an Asterisk would in which COUNT callers wait at once, each with a phone that was answered and on which nobody
# presses a key: far more calls than a machine carries that has to move their sound too.
# Its port is the first line that it prints; GET /crowd?count=1000&rate=100 lets callers come, GET /crowd tells how it stands.
import asyncio
import json
import re
import time

from aiohttp import web

channels, bridges, variables, streams = {}, {}, {}, []
times, counts = {}, {"requests": 0, "briefed": 0, "callers": 0}


def channel(id, state, data):
    return {
        "id": id,
        "name": f"PJSIP/{id}",
        "state": state,
        "caller": {"name": "Caller", "number": "5551234"},
        "dialplan": {"context": "in", "exten": "s", "app_name": "Stasis", "app_data": data},
        "language": "en",
    }


def tell(kind, **parts):
    frame = json.dumps({"type": kind, "timestamp": "", "application": "warm-transfer", **parts})
    for stream in streams:
        asyncio.ensure_future(stream.send_str(frame))


async def arrive(count, rate):
    for _ in range(count):
        counts["callers"] += 1
        id = f"caller.{counts['callers']}"
        channels[id] = channel(id, "Up", "warm-transfer")
        variables[id] = {"WT_TARGET": "ben", "WT_SUMMARY": f"Number {counts['callers']} was charged twice for an order."}
        tell("StasisStart", args=[], channel=channels[id])
        await asyncio.sleep(1 / rate)


async def answer_phone(id, arguments):
    await asyncio.sleep(0.3)
    if id not in channels:
        return
    channels[id]["state"] = "Up"
    channels[id]["dialplan"]["app_data"] = "warm-transfer," + arguments
    tell("StasisStart", args=arguments.split(","), channel=channels[id])


def leave(id):
    left = channels.pop(id, None)
    if left is None:
        return
    for bridge in bridges.values():
        bridge["channels"] = [member for member in bridge["channels"] if member != id]
    tell("StasisEnd", channel=left)
    tell("ChannelDestroyed", cause=16, cause_txt="", channel=left)


@web.middleware
async def count(request, handler):
    if not request.path.startswith("/ari/"):
        return await handler(request)
    counts["requests"] += 1
    answer = await handler(request)
    times["last"] = time.time()
    return answer


async def events(request):
    stream = web.WebSocketResponse()
    await stream.prepare(request)
    streams.append(stream)
    async for _ in stream:
        pass
    streams.remove(stream)
    return stream


async def listed(request):
    times["listed"] = time.time()
    return web.json_response(list((channels if request.path.endswith("channels") else bridges).values()))


async def application(request):
    times["listed"] = time.time()
    return web.json_response({"name": "warm-transfer", "channel_ids": list(channels)})


async def read(request):
    if request.match_info["id"] not in channels:
        return web.json_response({"message": "Channel not found"}, status=404)
    known = variables.get(request.match_info["id"], {})
    question = request.query["variable"].removeprefix("EVAL(")[:-1]
    return web.json_response({"value": re.sub(r"\$\{([^}]*)\}", lambda name: known.get(name[1], ""), question)})


async def originate(request):
    id, arguments = request.query["channelId"], request.query["appArgs"]
    channels[id] = channel(id, "Ringing", "")
    tell("ChannelStateChange", channel=channels[id])
    asyncio.ensure_future(answer_phone(id, arguments))
    return web.json_response(channels[id])


async def make_bridge(request):
    id = request.match_info["id"]
    bridges[id] = {"id": id, "channels": [], "bridge_type": "mixing"}
    return web.json_response(bridges[id])


async def join(request):
    bridge = bridges[request.match_info["id"]]
    for id in request.query["channel"].split(","):
        bridge["channels"].append(id)
        tell("ChannelEnteredBridge", bridge=bridge, channel=channels[id])
    return web.Response(status=204)


async def play(request):
    playback = {
        "id": request.match_info["playback"],
        "media_uri": request.query["media"],
        "target_uri": "channel:" + request.match_info["id"],
        "state": "playing",
    }
    counts["briefed"] += playback["id"].endswith("-briefing") or "-agent-" in playback["target_uri"]
    tell("PlaybackStarted", playback=playback)
    if "-agent-" not in playback["target_uri"]:
        tell("PlaybackFinished", playback={**playback, "state": "done"})
    return web.json_response(playback, status=201)


async def hang_up(request):
    leave(request.match_info["id"])
    return web.Response(status=204)


async def destroy(request):
    bridges.pop(request.match_info["id"], None)
    return web.Response(status=204)


async def done(request):
    return web.Response(status=204)


async def crowd(request):
    if "count" in request.query:
        asyncio.ensure_future(arrive(int(request.query["count"]), float(request.query["rate"])))
    return web.json_response({**counts, **times, "channels": len(channels)})


def constant(value):
    async def answer(request):
        return web.json_response(value)

    return answer


async def main():
    app = web.Application(middlewares=[count])
    about = {"system": {"version": "22.0.0"}, "status": {"startup_time": "today"}}
    app.add_routes(
        [
            web.get("/crowd", crowd),
            web.get("/ari/events", events),
            web.get("/ari/asterisk/info", constant(about)),
            web.get("/ari/asterisk/variable", constant({"value": ""})),
            web.get("/ari/asterisk/modules/{name}", constant({"status": "Running"})),
            web.get("/ari/deviceStates", constant([])),
            web.get("/ari/channels", listed),
            web.get("/ari/bridges", listed),
            web.get("/ari/applications/{app}", application),
            web.put("/ari/applications/{app}/eventFilter", constant({})),
            web.post("/ari/applications/{app}/subscription", constant({})),
            web.get("/ari/channels/{id}/variable", read),
            web.post("/ari/channels", originate),
            web.post("/ari/channels/{id}/play/{playback}", play),
            web.post("/ari/channels/{id}/continue", hang_up),
            web.delete("/ari/channels/{id}", hang_up),
            web.post("/ari/bridges/{id}", make_bridge),
            web.post("/ari/bridges/{id}/addChannel", join),
            web.delete("/ari/bridges/{id}", destroy),
            web.route("*", "/ari/{rest:.*}", done),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
