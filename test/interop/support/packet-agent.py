"""Sends and receives single packets in a network namespace, driven by lines of JSON.

stdin:  {"token": "…", "source": "…", "destination": "…", "protocol": 17, "sport": 1, "dport": 2, "mark": 0}
stdout: {"token": "…", "source": "…", "destination": "…", "sport": 1, "dport": 2} for every packet that reaches a raw socket, which is behind
        the input hook; {"ready": true} at the start; {"sent": "…", "error": "…"} after each line.
"""

import json
import select
import socket
import struct
import sys

PROTOCOLS = (1, 6, 17, 50, 51)
MARK = b"vd-token:"


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def segment(packet):
    protocol = packet["protocol"]
    payload = MARK + packet["token"].encode() + b"."
    if protocol == 1:
        head = struct.pack(">BBHHH", 8, 0, 0, packet.get("sport", 1), 1)
        return struct.pack(">BBHHH", 8, 0, checksum(head + payload), packet.get("sport", 1), 1) + payload
    if protocol == 17:
        return struct.pack(">HHHH", packet["sport"], packet["dport"], 8 + len(payload), 0) + payload
    if protocol == 6:
        pseudo = socket.inet_aton(packet["source"]) + socket.inet_aton(packet["destination"])

        def tcp(check):
            return struct.pack(">HHIIBBHHH", packet["sport"], packet["dport"], 1, 0, 5 << 4, 2, 1024, check, 0)

        length = 20 + len(payload)
        return tcp(checksum(pseudo + struct.pack(">BBH", 0, 6, length) + tcp(0) + payload)) + payload
    if protocol == 50:
        return struct.pack(">II", 0x1000, 1) + payload
    # AH: next header 59 (none), 12 bytes of ICV.
    return struct.pack(">BBHII", 59, 4, 0, 0x1000, 1) + bytes(12) + payload


def main():
    receivers = [socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol) for protocol in PROTOCOLS]
    print(json.dumps({"ready": True}), flush=True)
    sys.stdin.reconfigure(line_buffering=True)
    while True:
        ready, _, _ = select.select([sys.stdin, *receivers], [], [])
        for source in ready:
            if source is sys.stdin:
                line = sys.stdin.readline()
                if not line:
                    return
                packet = json.loads(line)
                error = None
                sender = socket.socket(socket.AF_INET, socket.SOCK_RAW, packet["protocol"])
                try:
                    sender.bind((packet["source"], 0))
                    if packet.get("mark"):
                        sender.setsockopt(socket.SOL_SOCKET, 36, packet["mark"])
                    sender.sendto(segment(packet), (packet["destination"], 0))
                except OSError as problem:
                    error = str(problem)
                sender.close()
                print(json.dumps({"sent": packet["token"], "error": error}), flush=True)
                continue
            data = source.recv(4096)
            at = data.find(MARK)
            if at < 0:
                continue
            length = (data[0] & 15) * 4
            sport, dport = struct.unpack(">HH", data[length : length + 4])
            print(
                json.dumps(
                    {
                        "token": data[at + len(MARK) :].split(b".")[0].decode(),
                        "source": socket.inet_ntoa(data[12:16]),
                        "destination": socket.inet_ntoa(data[16:20]),
                        "sport": sport,
                        "dport": dport,
                        # An ICMP error quotes the packet it is about.
                        "protocol": data[9],
                        "icmp": data[length] if data[9] == 1 else None,
                    }
                ),
                flush=True,
            )


main()
