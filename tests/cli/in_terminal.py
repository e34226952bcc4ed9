#!/usr/bin/env python3
"""Runs a command whose output, or messages, go to a terminal.

    in_terminal.py stdout WIDTH COMMAND…   stdout is a terminal of this width; what it shows is written to stdout, and it
                                           is an error if a line is wider, unless the width is
                                           followed by a plus
    in_terminal.py silent TEXT COMMAND…    stderr is a terminal, and the command asks a server that does not answer, and
                                           closes the connection once the terminal has shown TEXT
"""

import fcntl
import os
import pty
import socket
import struct
import subprocess
import sys
import termios
import unicodedata


def read_all(fd):
    shown = b""
    while True:
        try:
            block = os.read(fd, 65536)
        except OSError:  # the other end is closed
            return shown
        if not block:
            return shown
        shown += block


def stdout_in_terminal(width, command):
    any_width = width.endswith("+")
    width = int(width.rstrip("+"))
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=slave)
    os.close(slave)
    shown = read_all(master)
    shown = shown.replace(b"\r\n", b"\n")
    sys.stdout.buffer.write(shown)
    wider = [line for line in shown.decode().split("\n") if columns(line) > width and not any_width]
    for line in wider:
        print(f"{columns(line)} columns instead of {width}: {line}", file=sys.stderr)
    return process.wait() or len(wider)


def columns(line):
    count = 0
    for character in line:
        if unicodedata.combining(character):
            continue
        count += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return count


def beside_silent_server(text, command):
    server = socket.create_server(("127.0.0.1", 0))
    master, slave = pty.openpty()
    url = f"http://127.0.0.1:{server.getsockname()[1]}"
    process = subprocess.Popen([*command, "--server", url], stdin=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    connection, _ = server.accept()
    shown = b""
    while text.encode() not in shown:
        try:
            shown += os.read(master, 65536)
        except OSError:
            break
    connection.close()
    shown += read_all(master)
    sys.stdout.buffer.write(shown)
    return process.wait()


def main():
    what, rest = sys.argv[1], sys.argv[2:]
    if what == "stdout":
        return stdout_in_terminal(rest[0], rest[1:])
    return beside_silent_server(rest[0], rest[1:])


sys.exit(main())
