"""Identifiers by the thousand: numbered ids, credit codes with their check digits, pseudonyms, picture hashes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ALPHABET = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", dtype=np.uint8)
CREDIT_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)])
ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
BCH = int("1701317", 8)
"""Generator of the (63, 45) BCH code: with a parity bit any two code words differ in 8 bits at least."""
MASK45 = np.uint64((1 << 45) - 1)


def numbered(prefix: str, numbers: np.ndarray, width: int) -> pa.Array:
    """Return ids such as R000123; null where the number is negative."""
    padded = pc.utf8_lpad(pc.cast(pa.array(np.maximum(numbers, 0)), pa.string()), width, "0")
    named = pc.binary_join_element_wise(prefix, padded, "")
    return named if not (numbers < 0).any() else pc.if_else(pa.array(numbers >= 0), named, None)


def taken(names: pa.Array, at: np.ndarray) -> pa.Array:
    """Return the names at places; null where the place is negative."""
    at = np.asarray(at, dtype=np.int64)
    return names.take(pa.array(at, mask=at < 0))


def credit_codes(regions: np.ndarray, serials: np.ndarray) -> pa.Array:
    """Return unified social credit codes (GB 32100) for six-digit regions and eight-digit serial numbers."""
    digits = np.zeros((len(serials), 18), dtype=np.int64)
    digits[:, 0], digits[:, 1] = 9, 1
    for place in range(6):
        digits[:, 7 - place] = regions // 10**place % 10
    for place in range(8):
        digits[:, 15 - place] = serials // 10**place % 10
    check = (11 - (digits[:, 8:16] * ORGANISATION_WEIGHTS).sum(1) % 11) % 11
    digits[:, 16] = np.where(check == 10, 29, check)  # X stands at 29 in the alphabet
    digits[:, 17] = (31 - (digits[:, :17] * CREDIT_WEIGHTS).sum(1) % 31) % 31
    return fixed_width(ALPHABET[digits])


def fixed_width(letters: np.ndarray) -> pa.Array:
    """Return one string for each row of a table of ASCII codes."""
    count, width = letters.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets.tobytes()), pa.py_buffer(np.ascontiguousarray(letters, dtype=np.uint8).tobytes()))


def scrambled(numbers: np.ndarray, seed: int) -> np.ndarray:
    """Return other 45-bit numbers, one to one."""
    mixed = (numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed * 2654435761 + 12345)) & MASK45
    mixed ^= mixed >> np.uint64(22)
    return (mixed * np.uint64(0xD1342543DE82EF95)) & MASK45


def pseudonyms(numbers: np.ndarray, seed: int) -> pa.Array:
    """Return keyed pseudonyms of persons."""
    return pc.binary_join_element_wise("PS", hexadecimal(scrambled(numbers, seed), 12), "")


def hexadecimal(numbers: np.ndarray, width: int) -> pa.Array:
    """Return hexadecimal digits of fixed width."""
    shifts = np.arange(4 * (width - 1), -1, -4, dtype=np.uint64)
    nibbles = (numbers[:, None] >> shifts) & np.uint64(15)
    return fixed_width(np.frombuffer(b"0123456789abcdef", dtype=np.uint8)[nibbles.astype(np.int64)])


def _remainder(message: int) -> int:
    value = message << 18
    for bit in range(62, 17, -1):
        if value >> bit & 1:
            value ^= BCH << (bit - 18)
    return value


TABLES = [np.array([_remainder(byte << (8 * place) & int(MASK45)) for byte in range(256)], dtype=np.uint64) for place in range(6)]


def picture_hashes(numbers: np.ndarray, seed: int) -> np.ndarray:
    """Return 64-bit hashes of which any two differ in at least 8 bits, so that no two pictures are alike by chance."""
    message = scrambled(numbers, seed)
    parity = np.zeros(len(message), dtype=np.uint64)
    for place, table in enumerate(TABLES):
        parity ^= table[((message >> np.uint64(8 * place)) & np.uint64(255)).astype(np.int64)]
    word = message << np.uint64(18) | parity
    return word << np.uint64(1) | (np.bitwise_count(word) & 1).astype(np.uint64)
