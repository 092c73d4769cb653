"""Keys as values: a signature holds for its own key alone; strangers are refused by name; no other file of the model knows ciphers."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from model import keys
from model.trouble import Trouble
from tests.house.purity import imported

MODEL = Path(__file__).resolve().parents[2] / "model"


def fresh(kind: str) -> keys.Private:
    return ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize("kind", ["ed25519", "p256"])
def test_a_signature_holds_for_its_key_and_bytes_alone(kind: str) -> None:
    key, other = fresh(kind), fresh("p256" if kind == "ed25519" else "ed25519")
    signature = keys.signed(key, b"a report")
    assert keys.holds(key.public_key(), signature, b"a report")
    assert not keys.holds(key.public_key(), signature, b"a report ")
    assert not keys.holds(key.public_key(), signature[:-1], b"a report")
    assert not keys.holds(fresh(kind).public_key(), signature, b"a report")
    assert not keys.holds(other.public_key(), signature, b"a report")


@pytest.mark.parametrize("kind", ["ed25519", "p256"])
def test_pem_there_and_back_keeps_the_id(kind: str) -> None:
    key = fresh(kind).public_key()
    again = keys.public(keys.pem(key), "k.pub")
    assert keys.keyid(again) == keys.keyid(key)
    assert len(keys.keyid(key)) == 64


@pytest.mark.parametrize("kind", ["rsa", "p384", "no key"])
def test_another_kind_is_refused_by_its_place(kind: str) -> None:
    made: dict[str, Any] = {
        "rsa": lambda: rsa.generate_private_key(65537, 1024).public_key(),
        "p384": lambda: ec.generate_private_key(ec.SECP384R1()).public_key(),
    }
    data = b"-----BEGIN"
    if kind in made:
        data = made[kind]().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(Trouble, match=r"^k\.pub: "):
        keys.public(data, "k.pub")


def test_one_file_of_the_model_knows_ciphers() -> None:
    knows = [
        path.name
        for path in sorted(MODEL.rglob("*.py"))
        if any(name.startswith("cryptography") for _, name in imported(ast.parse(path.read_text())))
    ]
    assert knows == ["keys.py"]
