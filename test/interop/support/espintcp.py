"""espintcp.py LISTEN TARGET [SOURCE PORT]: what the kernel's espintcp (RFC 9329) is to pluto, for kernels that were built without it.

LISTEN and TARGET: `ADDRESS:PORT`, or `frames=ADDRESS:PORT` for the end where each message stands behind its length. The other end is pluto
with --impair tcp-skip-setsockopt-espintcp, which writes one message at a time without its length, and takes what it reads for one.
"""

import asyncio
import struct
import sys

PREFIX = 6  # IKETCP, once from whoever connects
MARKER = 4
IKE_LENGTH_AT = MARKER + 24
BETWEEN_MESSAGES = 0.05  # seconds in which pluto has read the one before


def end(text):
    frames, _, where = text.rpartition("=")
    address, _, port = where.rpartition(":")
    return frames == "frames", address, int(port)


async def to_pluto(reader, writer):
    while True:
        (length,) = struct.unpack(">H", await reader.readexactly(2))
        writer.write(await reader.readexactly(length - 2))
        await writer.drain()
        await asyncio.sleep(BETWEEN_MESSAGES)


async def from_pluto(reader, writer):
    while True:
        head = await reader.readexactly(IKE_LENGTH_AT + 4)
        (length,) = struct.unpack(">I", head[IKE_LENGTH_AT:])
        message = head + await reader.readexactly(MARKER + length - len(head))
        writer.write(struct.pack(">H", 2 + len(message)) + message)
        await writer.drain()


async def main(listen, target, source=None):
    frames, address, port = end(listen)
    _, host, host_port = end(target)

    async def connected(reader, writer):
        local = None if source is None else ("0.0.0.0", int(source))
        there, back = await asyncio.open_connection(host, host_port, local_addr=local)
        back.write(await reader.readexactly(PREFIX))
        onwards, home = (to_pluto, from_pluto) if frames else (from_pluto, to_pluto)
        ways = [asyncio.ensure_future(onwards(reader, back)), asyncio.ensure_future(home(there, writer))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for one in (writer, back):
            one.close()
        await asyncio.gather(*ways, return_exceptions=True)

    server = await asyncio.start_server(connected, address, port)
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
