"""Make a WebAssembly module of an object file that has one function and needs no relocation.

Both are in the binary format of the WebAssembly specification: a preamble, then sections of
`id | size | content`, all numbers in LEB128. A linker such as wasm-ld would do, but cannot be
installed by pip.
"""

from collections.abc import Iterator

PREAMBLE = b"\0asm\x01\0\0\0"
EXPORT_NAME = "jacobian"

# Section numbers.
CUSTOM, TYPE, IMPORT, FUNCTION, EXPORT, CODE, DATA_COUNT = 0, 1, 2, 3, 7, 10, 12
_KEPT = (TYPE, IMPORT, FUNCTION, CODE)

_FUNCTION_KIND, _MEMORY_KIND = 0, 2


class LinkError(Exception):
    """An object file that needs more than this linker does."""


def link(obj: bytes) -> bytes:
    """Return the module: it imports the memory `env.__linear_memory` and exports its function.

    The function's type is (arena: i32, constants: i32) -> (). Raises LinkError for an object that
    imports anything else, holds data, or has relocations.
    """
    if not obj.startswith(PREAMBLE):
        raise LinkError("expected a WebAssembly object file of version 1")
    kept: dict[int, bytes] = {}
    for number, content in _sections(obj[len(PREAMBLE) :]):
        if number == CUSTOM:
            custom = _name(content)
            if custom.startswith("reloc."):
                raise LinkError(f"expected an object without relocations, got {custom}")
        elif number in _KEPT:
            kept[number] = content
        elif number != DATA_COUNT:
            raise LinkError(f"expected types, imports, functions and code, got section {number}")
    _check_imports(kept.get(IMPORT, b"\0"))
    functions, _ = read_number(kept.get(FUNCTION, b"\0"), 0)
    if functions != 1:
        raise LinkError(f"expected one function, got {functions}")
    name = EXPORT_NAME.encode()
    export = number_bytes(1) + number_bytes(len(name)) + name + bytes([_FUNCTION_KIND, 0])
    sections = {**kept, EXPORT: export}
    return PREAMBLE + b"".join(
        bytes([number]) + number_bytes(len(content)) + content
        for number, content in sorted(sections.items())
    )


def number_bytes(number: int) -> bytes:
    """Encode a whole number of at least 0 in LEB128: seven bits a byte, the lowest first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def read_number(content: bytes, start: int) -> tuple[int, int]:
    """Decode a whole number in LEB128; returns it and where it ends."""
    number = shift = 0
    while True:
        byte = content[start]
        start += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return number, start


def _sections(content: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place < len(content):
        number = content[place]
        size, start = read_number(content, place + 1)
        place = start + size
        yield number, content[start:place]


def _name(content: bytes, start: int = 0) -> str:
    size, start = read_number(content, start)
    return content[start : start + size].decode()


def _check_imports(content: bytes) -> None:
    """Check that all there is to import is one memory."""
    count, place = read_number(content, 0)
    if count != 1:
        raise LinkError(f"expected one import, the memory, got {count}")
    for _ in range(2):
        size, place = read_number(content, place)
        place += size
    if content[place] != _MEMORY_KIND:
        raise LinkError(f"expected to import a memory, got an import of kind {content[place]}")
