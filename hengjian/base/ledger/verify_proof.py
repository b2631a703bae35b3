"""Check a .hjproof file: one file, Python 3 alone, no network. Usage: verify_proof.py FILE [--key KEY]."""

import argparse
import base64
import hashlib
import json
import sys
from typing import Any

Point = tuple[int, int, int, int]
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


class Refused(Exception):
    """The proof does not hold; the text says why."""


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 of some bytes."""
    return hashlib.sha256(data).digest()


def add(a: Point, b: Point) -> Point:
    """Add two points of Edwards25519 in extended coordinates (RFC 8032, 5.1.4)."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    w, x, y, z = f - e, h - g, h + g, f + e
    return (w * x % P, y * z % P, x * y % P, w * z % P)


def times(number: int, point: Point) -> Point:
    """Multiply a point by a number."""
    result: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def equal(a: Point, b: Point) -> bool:
    """Whether two points are the same one."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def read_point(raw: bytes) -> Point:
    """Decode a point (RFC 8032, 5.1.3)."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        raise Refused("公钥或签名格式不对")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        raise Refused("公钥或签名格式不对")
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = read_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Verify an Ed25519 signature (RFC 8032, 5.1.7)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % ORDER
    return equal(times(s, BASE), add(read_point(signature[:32]), times(k, read_point(public))))


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Walk from the leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise Refused("序号超出封存点的条目数")
    value, last = leaf, size - 1
    for sibling in path:
        if last == 0:
            raise Refused("证明路径过长")
        if index & 1 or index == last:
            value = sha256(b"\x01" + sibling + value)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            value = sha256(b"\x01" + value + sibling)
        index, last = index >> 1, last >> 1
    if last:
        raise Refused("证明路径过短")
    return value


def open_note(note: str, key: str) -> list[str]:
    """Return the lines of a signed note if the key has signed it."""
    name, key_id, held = key.strip().split("+", 2)
    raw = base64.b64decode(held)
    if raw[:1] != b"\x01" or sha256(name.encode() + b"\n" + raw)[:4].hex() != key_id:
        raise Refused("公钥格式不对")
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        dash, signer, signature = line.split(" ")
        blob = base64.b64decode(signature)
        if dash == "—" and signer == name and blob[:4].hex() == key_id:
            if signature_holds(raw[1:], text.encode(), blob[4:]):
                return text.splitlines()
            raise Refused("封存点的签名无效")
    raise Refused("封存点没有这把钥匙的签名")


def check(proof: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the entry that a proof proves; raise ``Refused`` if it proves nothing."""
    if proof.get("format") != "hengjian-proof-1":
        raise Refused("不是衡鉴的证明文件")
    lines = open_note(proof["checkpoint"], key)
    size, root = int(lines[1]), base64.b64decode(lines[2])
    if size != proof["size"]:
        raise Refused("封存点的条目数与证明不一致")
    leaf = sha256(b"\x00" + proof["entry"].encode())
    path = [bytes.fromhex(one) for one in proof["path"]]
    if root_of(leaf, proof["index"], size, path) != root:
        raise Refused("条目不在封存的账本中，内容已被改动")
    entry: dict[str, Any] = json.loads(proof["entry"])
    return entry


def epoch_of(note: str) -> str:
    """Return the epoch that a checkpoint states; "1" when it states none."""
    return next((line.split(" ")[1] for line in note.splitlines() if line.startswith("epoch ")), "1")


def main(arguments: list[str] | None = None) -> int:
    """Check one file and say what it proves; 0 when it holds."""
    parser = argparse.ArgumentParser(description="核验衡鉴账本证明（.hjproof）")
    parser.add_argument("file")
    parser.add_argument("--key", help="公布的账本公钥（名称+编号+base64）；不给则用证明自带的公钥")
    given = parser.parse_args(arguments)
    try:
        with open(given.file, encoding="utf-8") as file:
            proof = json.load(file)
        entry = check(proof, given.key or proof["key"])
    except (Refused, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as error:
        sys.stdout.write(f"不通过：{error}\n")
        return 1
    who, what = entry["actor"], entry["object"]
    post = f"（{who['post']}）" if who["post"] else ""
    epoch = epoch_of(proof["checkpoint"])
    where = f"第 {epoch} 纪元，" if epoch != "1" else ""
    sys.stdout.write(f"通过：账本{where}第 {proof['index']} 条，{entry['at']}，{who['name']}{post}\n")
    sys.stdout.write(f"动作 {entry['action']}，对象 {what['type']} “{what['label']}” {what['id']}\n")
    if not given.key:
        sys.stdout.write("注意：用的是证明自带的公钥，请与监管部门公布的公钥核对：" + proof["key"] + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
