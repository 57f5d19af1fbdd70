"""The binary parts of git's patches: deflated bytes in base 85, whole (`literal`) or as a delta against the other side.

Invariant: what is decoded has exactly the size that the patch says, or there is an error; nothing larger than `MOST_BYTES` is made.
"""

import base64
import zlib

MOST_BYTES = 50_000_000


class BinaryPatchError(ValueError):
    """The part cannot be decoded, or does not fit the bytes that it is for."""


def decode_lines(lines: list[bytes], size: int) -> bytes:
    """The bytes behind the base 85 lines of one part; `size` is what its head says."""
    packed = bytearray()
    for line in lines:
        length = line[0] - 64 if line[:1].isupper() else line[0] - 70
        try:
            packed += base64.b85decode(line[1:])[:length]
        except ValueError as error:
            raise BinaryPatchError("a line of a binary part is no base 85") from error
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(bytes(packed), min(size, MOST_BYTES) + 1)
    except zlib.error as error:
        raise BinaryPatchError("a binary part cannot be unpacked") from error
    if len(data) != size:
        raise BinaryPatchError("a binary part has not the size that it says")
    return data


def apply_delta(delta: bytes, base: bytes) -> bytes:
    """The bytes that git's delta makes of `base` (the format of gitformat-pack)."""
    try:
        base_size, at = _size(delta, 0)
        result_size, at = _size(delta, at)
        if base_size != len(base) or result_size > MOST_BYTES:
            raise BinaryPatchError("a binary delta is made for other bytes than those here")
        result = bytearray()
        while at < len(delta):
            command = delta[at]
            at += 1
            if not command & 0x80:
                result += delta[at : at + command]
                at += command
                continue
            numbers = []
            for first_bit, count in ((0, 4), (4, 3)):
                number = 0
                for index in range(count):
                    if command >> (first_bit + index) & 1:
                        number |= delta[at] << 8 * index
                        at += 1
                numbers.append(number)
            offset, size = numbers[0], numbers[1] or 0x10000
            result += base[offset : offset + size]
    except IndexError as error:
        raise BinaryPatchError("a binary delta is cut off") from error
    if len(result) != result_size:
        raise BinaryPatchError("a binary delta does not give what it says")
    return bytes(result)


def _size(delta: bytes, at: int) -> tuple[int, int]:
    size = shift = 0
    while True:
        byte = delta[at]
        at += 1
        size |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return size, at
