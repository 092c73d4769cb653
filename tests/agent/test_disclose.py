"""An extract proves what it shows to an independent reader, and holds nothing of what it does not show."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import itertools
import json
import re
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.disclose import Wish, extract, ground
from model.extract import fault, parsed, statements, written
from model.mentions import names_of
from model.report import Finding, Report
from model.trouble import Trouble
from reporters import json as as_json
from tests.agent.cli import ROOT, Shell, clear
from tests.reporters import sample

LAB = ("camera.snmprec", "switch.snmprec", "banners.jsonl", "devices.csv", "arp.txt", "dhcpd.leases", "show.txt")


@pytest.fixture
def shell(capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capfd)


def kept(folder: Path, report: Report) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_bytes(as_json.render(report))
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept(tmp_path_factory.mktemp("small") / "hq", sample.report())


@pytest.fixture
def imported(shell: Shell, tmp_path: Path) -> Path:
    """A site out of files, read and judged for real: a switch and its tables, cameras, leases, an inventory."""
    files = [ROOT / "tests" / "answers" / f"synthetic-{name}" for name in LAB]
    assert shell("import", *files, "-o", tmp_path / "site").code in (0, 4)
    return tmp_path / "site"


# --- another implementation of the proof, out of the text of RFC 6962 and docs/extracts.md, with nothing of the program's


def climbed(leaf: bytes, at: int, count: int, steps: list[bytes]) -> bytes:
    """The definition of PATH(m, D[n]) read backwards: the last step is the other half of the whole tree."""
    if count == 1:
        assert steps == [], "a proof as long as the tree is high"
        return hashlib.sha256(b"\x00" + leaf).digest()
    half = 1
    while half * 2 < count:
        half *= 2
    if at < half:
        return hashlib.sha256(b"\x01" + climbed(leaf, at, half, steps[:-1]) + steps[-1]).digest()
    return hashlib.sha256(b"\x01" + steps[-1] + climbed(leaf, at - half, count - half, steps[:-1])).digest()


def independent(data: bytes) -> dict[str, Any]:
    """The file as plain JSON, each statement proved."""
    found: dict[str, Any] = json.loads(data)
    for one in found["shown"]:
        leaf = json.dumps(one["leaf"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        steps = [bytes.fromhex(step) for step in one["proof"]]
        assert climbed(leaf, one["index"], found["size"], steps).hex() == found["root"]
    return found


def told(data: bytes) -> list[tuple[str, str]]:
    """(kind or key, value) of all that an extract shows, in order."""
    leaves = [one["leaf"] for one in independent(data)["shown"]]
    return sorted((leaf["content"].get("key", leaf["kind"]), leaf["content"].get("value", "")) for leaf in leaves)


# --- what must not be in it


def own(one: Finding) -> set[str]:
    return {one.device, *one.addresses, *one.macs, *one.names, one.serial, *(part.serial for part in one.components)}


def secrets_of(report: Report, shown: list[Finding]) -> set[str]:
    """Every address, MAC, name, serial, id, network and stray of a report that is none of the shown devices'."""
    found = {word for one in report.findings for word in own(one)}
    found |= {at.port for one in report.findings for at in one.attached}
    found |= {word for stray in report.unexplained_macs for word in (stray.mac, *stray.addresses)}
    found |= {net.name for net in report.networks if net.kind != "vlan"}
    found |= {origin for one in report.findings for origin in one.origins}
    found |= {report.site.id, report.site.name, report.site.entity, report.site.uei, report.site.cage}
    found |= {report.authority.name, report.authority.ticket, report.inputs.evidence, report.agent}
    found |= {
        why.evidence for one in report.findings for why in (*one.why, *(w for part in one.components for w in part.why))
    }
    disclosed = {word for one in shown for word in own(one)}
    # What is part of a device's own name (`hq` in `sw-hq-1`) is told by it.
    return {word for word in found if word and not any(word in one for one in disclosed - {""})}


def unfolded(data: bytes, depth: int = 3) -> Iterator[bytes]:
    """The bytes, and what is inside them: hex, base64, compressed data, JSON strings."""
    yield data
    if not depth:
        return
    inside = [bytes.fromhex(run[: len(run) // 2 * 2].decode()) for run in re.findall(rb"[0-9a-fA-F]{8,}", data)]
    for run in re.findall(rb"[A-Za-z0-9+/_=-]{8,}", data):
        for decode in (base64.b64decode, base64.urlsafe_b64decode):
            try:
                inside.append(decode(run + b"=" * (-len(run) % 4)))
            except binascii.Error:
                continue
    for wbits in (15, -15, 31):
        try:
            inside.append(zlib.decompress(data, wbits))
        except zlib.error:
            continue
    with contextlib.suppress(ValueError):
        inside += [text.encode() for text in _strings(json.loads(data))]
    for one in inside:
        yield from unfolded(one, depth - 1)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def forms(word: str) -> set[bytes]:
    """How a word may be written: as it is, MACs without or with other signs, in JSON."""
    found = {word, json.dumps(word)[1:-1]}
    if re.fullmatch(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", word):
        found |= {word.replace(":", sign) for sign in ("", "-", ".")}
    return {form.encode().lower() for form in found}


def leaks(data: bytes, words: set[str]) -> set[str]:
    """The words that stand in `data`, or in what is folded up in it."""
    layers = {layer.lower() for layer in unfolded(data)}
    return {word for word in words if any(stands(form, {data.lower()}, layers) for form in forms(word))}


def stands(form: bytes, outer: set[bytes], layers: set[bytes]) -> bool:
    """Whether it is there: 10.0.0.5 is not in 10.0.0.50, and short words are not looked for in noise, where chance has them."""
    hexed = re.fullmatch(rb"[0-9a-f]{1,10}", form)
    address = re.fullmatch(rb"[0-9.]+|[0-9a-f:]+:[0-9a-f:]+", form)
    edge = rb"(?<![0-9a-z])%b(?![0-9a-z])" if hexed or address or len(form) < 5 else b"%b"
    sought = re.compile(edge % re.escape(form))
    return any(form in layer and sought.search(layer) for layer in (outer if len(form) < 5 else layers))


def numbers(value: Any, at: str = "") -> Iterator[tuple[str, int]]:
    """(the name of its field, the number) of every number in a JSON value."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from numbers(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from numbers(item, at)
    elif isinstance(value, int | float):
        yield at, int(value)


def search(folder: Path) -> int:
    """Every device's extract, searched for everything that is not its own; how many statements they show."""
    held = ground(folder)
    shown = 0
    for one in held.report.findings:
        for addresses in (True, False):
            made, _ = extract(held, Wish((one.device,), addresses=addresses))
            data = written(made)
            secret = secrets_of(held.report, [one])
            secret |= set() if addresses else {*one.addresses, *one.macs, one.device}
            assert leaks(data, secret) == set(), one.device
            assert {at for at, _ in numbers(json.loads(data))} <= {"size", "index"}
            assert fault(parsed(data, "x")) == ""
            independent(data)
            shown += len(made.shown)
    return shown


def test_nothing_of_others_in_any_extract(small: Path) -> None:
    assert search(small) > 60


def test_nothing_of_others_in_extracts_of_a_site_out_of_files(imported: Path) -> None:
    assert search(imported) > 150


def test_the_search_finds_what_is_there(small: Path) -> None:
    """The judge judged: planted as text, hex, base64 or compressed, every secret is found."""
    held = ground(small)
    one = next(found for found in held.report.findings if "core-2" in found.names)
    data = json.loads(written(extract(held, Wish((one.device,)))[0]))
    for planted in (
        "10.0.0.3",
        b"FOC0000TEST".hex(),
        base64.b64encode(b"sw-hq-1 and more").decode(),
        base64.b64encode(zlib.compress(b"00:11:22:33:44:55")).decode(),
        "00E0FC112234",
    ):
        data["shown"][0]["leaf"]["content"]["value"] = planted
        assert leaks(json.dumps(data).encode(), secrets_of(held.report, [one])), planted


def test_a_larger_site_leaves_no_trace(tmp_path: Path, shell: Shell) -> None:
    """The same device among 9 and among 29 others: the extracts say the same, in the same form and size."""
    more = tuple((f"10.7.0.{n}", "self", "snmp.sys_name", f"other-{n}") for n in range(1, 21))
    made = []
    for name, facts in (("few", sample.FACTS), ("many", (*sample.FACTS, *more))):
        folder = kept(tmp_path / name, sample.report(facts))
        assert shell("disclose", folder, "--device", "core-2", "-o", tmp_path / f"{name}.json").code == 0
        made.append((tmp_path / f"{name}.json").read_bytes())
    assert told(made[0]) == told(made[1])
    few, many = (json.loads(data) for data in made)
    assert few["size"] == many["size"] == 1024
    assert [len(one["proof"]) for one in few["shown"]] == [len(one["proof"]) for one in many["shown"]]
    assert len(re.sub(rb'"index":\d+', b"", made[0])) == len(re.sub(rb'"index":\d+', b"", made[1]))


def test_places_tell_nothing(tmp_path: Path) -> None:
    """Drawn anew, the same statements lie elsewhere, all over the tree."""
    places: list[tuple[int, ...]] = []
    for number in range(3):
        held = ground(kept(tmp_path / str(number), sample.report()))
        places.append(tuple(one.index for one in extract(held, Wish(("core-2",)))[0].shown))
    assert len(set(places)) == 3
    assert max(map(max, places)) > 512 > min(map(min, places))


def test_every_statement_of_the_report_is_in_the_tree(small: Path) -> None:
    held = ground(small)
    said = sorted((leaf.kind, sorted(leaf.content.items())) for leaf in held.leaves if leaf.kind != "padding")
    assert said == sorted((kind, sorted(content.items())) for kind, content in statements(held.report, held.tokens))
    assert len({leaf.salt for leaf in held.leaves}) == len(held.leaves) == 1024


def test_a_salt_does_not_tell_where_in_the_report_its_statement_stands(small: Path) -> None:
    """Kept in the order of a hash table, salts would: whoever sees one could tell about how many statements came before."""
    ground(small)
    leaves = json.loads((small / "salts.json").read_bytes())["leaves"]
    for told in (lambda salt: salt, *((lambda salt, n=n: hash(salt) & (1 << n) - 1) for n in range(10, 15))):
        rising = sum(told(one) < told(other) for one, other in itertools.pairwise(leaves)) / len(leaves)
        assert 0.4 < rising < 0.6


def test_where_it_was_read_is_told_only_if_asked(shell: Shell, tmp_path: Path, small: Path) -> None:
    """A digest of evidence can be tried: with time, answer and probe known, an address is one of a few million."""
    report = ground(small).report
    one = next(found for found in report.findings if "core-2" in found.names)
    digests = {why.evidence for why in one.why}
    out = tmp_path / "x.json"
    for words in ((), ("--no-addresses",), ("--fact", "snmp.sys_description")):
        assert shell("disclose", small, "--device", "core-2", *words, "-o", out).code == 0
        assert not any(one in out.read_text() for one in digests)
    assert shell("disclose", small, "--device", "core-2", "--fact", "source", "-o", out).code == 0
    shown = [leaf["leaf"] for leaf in independent(out.read_bytes())["shown"] if leaf["leaf"]["kind"] == "source"]
    assert {leaf["content"]["evidence"] for leaf in shown} == digests
    assert shell("disclose", small, "--device", "core-2", "--fact", "source", "--no-addresses", "-o", out).code == 2


def test_a_verdict_cannot_be_left_out(shell: Shell, tmp_path: Path, small: Path) -> None:
    out = tmp_path / "x.json"
    assert shell("disclose", small, "--device", "core-2", "-o", out).code == 0
    held = json.loads(out.read_bytes())
    held["shown"] = [one for one in held["shown"] if one["leaf"]["kind"] != "verdict"]
    out.write_text(json.dumps(held, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n", "utf-8")
    clear(shell("disclose", "--verify", out), "the verdict about a device was left out")


def signed_site(shell: Shell, folder: Path, key: Path) -> Path:
    """A folder with what is signed, signed after something was disclosed; root.dsse.json."""
    kept(folder, sample.report())
    for name in ("evidence.jsonl", "pack.zip"):
        (folder / name).write_bytes(b"")
    assert shell("disclose", folder, "--device", "core-2", "-o", folder.with_name("x.json")).code == 0
    if not key.exists():
        assert shell("keygen", key, "--type", "p256").code == 0
    assert shell("sign", folder, "--key", key).code == 0
    return folder / "root.dsse.json"


def test_the_signed_root_goes_along_and_says_nothing_else(shell: Shell, tmp_path: Path) -> None:
    key, pub, out = tmp_path / "k", tmp_path / "k.pub", tmp_path / "x.json"
    statement = signed_site(shell, tmp_path / "site", key)
    verify = ("disclose", "--verify", out, "--statement", statement, "--pub")
    good = shell(*verify, pub)
    assert good.code == 0 and "this is the root that was signed" in good.out
    assert shell(*verify, pub, "--json").json["root_compared"]
    told = json.loads(base64.b64decode(json.loads(statement.read_bytes())["payload"]))
    root = json.loads(out.read_bytes())["root"]
    assert told["subject"] == [{"name": "merkle-root", "digest": {"sha256": root}}]
    assert set(told["predicate"]) == {"size", "pack"}
    assert leaks(statement.read_bytes(), secrets_of(sample.report(), [])) == set()
    folder = json.loads(
        base64.b64decode(json.loads((tmp_path / "site" / "statement.dsse.json").read_bytes())["payload"])
    )
    assert folder["subject"][-1] == told["subject"][0]
    states = {one["what"]: one["state"] for one in shell("verify", tmp_path / "site", "--pub", pub, "--json").json}
    assert states["root of extracts"] == "ok"
    assert shell("keygen", tmp_path / "o").code == 0
    clear(shell(*verify, tmp_path / "o.pub"), "not signed by this key")
    clear(shell(*verify[:-1]), "--pub")
    clear(shell(*verify, pub, "--root", root), "in place of --root")
    other = signed_site(shell, tmp_path / "other" / "site", key)
    clear(shell("disclose", "--verify", out, "--statement", other, "--pub", pub), "not the one that was signed")


def test_every_byte_of_the_signed_root(shell: Shell, tmp_path: Path) -> None:
    from agent.signing import keys, roots

    statement = signed_site(shell, tmp_path / "site", tmp_path / "k")
    key = keys.public((tmp_path / "k.pub").read_bytes(), "k.pub")
    data = statement.read_bytes()
    assert roots.read(data, "x", key)
    for at in range(len(data)):
        with pytest.raises(Trouble):
            roots.read(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :], "x", key)


def test_a_root_of_another_report_is_not_signed(shell: Shell, tmp_path: Path) -> None:
    key = tmp_path / "k"
    signed_site(shell, tmp_path / "site", key)
    kept(tmp_path / "site", sample.report(sample.FACTS[:-1]))
    clear(shell("sign", tmp_path / "site", "--key", key), "root.json", "of another report")


def test_the_tree_grows_by_powers_of_two(tmp_path: Path) -> None:
    held = ground(kept(tmp_path / "d", sample.report(sample.many(150))))
    count = sum(leaf.kind != "padding" for leaf in held.leaves)
    assert len(held.leaves) == 1 << (count - 1).bit_length() == 2048


def test_extracts_share_one_root_until_the_report_changes(shell: Shell, tmp_path: Path) -> None:
    folder = kept(tmp_path / "d", sample.report())
    roots = []
    for device in ("core-2", "10.0.0.6"):
        answer = shell("disclose", folder, "--device", device, "-o", tmp_path / "x.json", "--json")
        roots.append(answer.json["root"])
    signed = json.loads((folder / "root.json").read_bytes())
    assert roots == [signed["root"]] * 2 and signed["size"] == 1024
    assert stat.S_IMODE((folder / "salts.json").stat().st_mode) == 0o600
    kept(folder, sample.report(sample.FACTS[:-1]))
    assert shell("disclose", folder, "--device", "core-2", "-o", tmp_path / "x.json", "--json").json["root"] != roots[0]


def test_chosen_keys_and_no_more(shell: Shell, tmp_path: Path, small: Path) -> None:
    out = tmp_path / "x.json"
    assert shell("disclose", small, "--device", "core-2", "--fact", "serial", "-o", out).code == 0
    kinds = [key for key, _ in told(out.read_bytes())]
    assert sorted(set(kinds)) == ["authority", "inputs", "serial", "verdict"]
    assert shell("disclose", small, "--device", "core-2", "--fact", "site.entity", "-o", out).code == 0
    assert ("site.entity", "Example Marine LLC") in told(out.read_bytes())
    assert shell("disclose", small, "--device", "10.0.0.6", "--fact", "switch", "-o", out).code == 0
    assert any(key == "switch" and value.startswith("dev-") for key, value in told(out.read_bytes()))


def test_two_devices_may_name_each_other(shell: Shell, tmp_path: Path, small: Path) -> None:
    out = tmp_path / "x.json"
    assert shell("disclose", small, "--device", "core-2", "--device", "sw-hq-1", "-o", out).code == 0
    assert {("name", "core-2"), ("name", "sw-hq-1"), ("serial", "OPT777")} <= set(told(out.read_bytes()))


def test_what_names_another_is_withheld_and_said(shell: Shell, tmp_path: Path) -> None:
    chatty = "Cisco IOS Software, C2960 Software, uplink 10.0.0.2 (core-2) 00e0.fc11.2233"
    facts = [(*fact[:3], chatty) if fact[:3] == sample.FACTS[0][:3] else fact for fact in sample.FACTS]
    folder = kept(tmp_path / "d", sample.report(facts))
    out = tmp_path / "x.json"
    answer = shell("disclose", folder, "--device", "sw-hq-1", "-o", out)
    assert answer.code == 0 and "withheld" in answer.out[-1] and "snmp.sys_description" in answer.out[-1]
    assert b"core-2" not in out.read_bytes() and ("verdict", "") in told(out.read_bytes())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("10.0.0.5", True),
        ("at 10-0-0-5.example", True),
        ("cam_10_0_0_5", True),
        ("engine 80000000010a000005", True),
        ("00E0FC-112233", True),
        ("0x00e0fc112233ff", True),
        ("nas01.site.example", True),
        ("10.0.0.55", False),
        ("nas011", False),
        ("110.0.0.5", False),
    ],
)
def test_naming(text: str, named: bool) -> None:
    assert names_of(("10.0.0.5", "00:e0:fc:11:22:33", "nas01")).within(text) is named


def test_every_so_many_bytes_of_the_file(small: Path) -> None:
    whole = written(extract(ground(small), Wish(("core-2",)))[0])
    for at in range(0, len(whole), 61):
        changed = whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :]
        with contextlib.suppress(Trouble):
            assert fault(parsed(changed, "x")), at


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_flipped_bit_of_the_file_fails(small: Path, data: st.DataObject) -> None:
    held = ground(small)
    whole = written(extract(held, Wish(("core-2",)))[0])
    at, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    changed = bytearray(whole)
    changed[at] ^= 1 << bit
    try:
        found = parsed(bytes(changed), "x")
    except Trouble:
        return
    # A root that was changed in the file is another root: its proofs fail, too.
    assert fault(found), (at, bit)


@pytest.mark.parametrize("part", ["salt", "kind", "content", "index", "proof", "root", "size", "pack", "schema"])
def test_each_part_counts(shell: Shell, tmp_path: Path, small: Path, part: str) -> None:
    out = tmp_path / "x.json"
    assert shell("disclose", small, "--device", "core-2", "-o", out).code == 0
    held = json.loads(out.read_bytes())
    one = next(shown for shown in held["shown"] if shown["leaf"]["kind"] == "fact")
    turned = {"0": "1"}
    change = {
        "salt": lambda: one["leaf"].update(salt=one["leaf"]["salt"][:-1] + turned.get(one["leaf"]["salt"][-1], "0")),
        "kind": lambda: one["leaf"].update(kind="site"),
        "content": lambda: one["leaf"]["content"].update(value="another"),
        "index": lambda: one.update(index=one["index"] ^ 1),
        "proof": lambda: one["proof"].reverse(),
        "root": lambda: held.update(root="0" * 64),
        "size": lambda: held.update(size=2048),
        "pack": lambda: held.update(pack="sha256:" + "0" * 64),
        "schema": lambda: held.update(schema="laydown.extract/2"),
    }
    change[part]()
    # Written in the canonical form again, as a forger would.
    out.write_text(json.dumps(held, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n", "utf-8")
    answer = shell("disclose", "--verify", out)
    assert answer.code == 1
    clear(answer, out)


def test_verifying_says_whose_root_it_is(shell: Shell, tmp_path: Path, small: Path) -> None:
    out = tmp_path / "x.json"
    shell("disclose", small, "--device", "core-2", "-o", out)
    root = json.loads((small / "root.json").read_bytes())["root"]
    good = shell("disclose", "--verify", out, "--root", root.upper(), "--json")
    assert good.code == 0 and good.json["holds"] and good.json["root_compared"]
    assert "no root given" in "\n".join(shell("disclose", "--verify", out).out)
    clear(shell("disclose", "--verify", out, "--root", "0" * 64), out, "not the one that was signed")
    assert shell("disclose", "--verify", out, "--root", "0" * 64, "--json").code == 1


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("DIR",), "--device"),
        (("DIR", "--device", "core-2"), "-o FILE"),
        (("DIR", "--device", "nobody", "-o", "OUT"), "nobody"),
        (("DIR", "--device", "core-2", "--fact", "nothing.such", "-o", "OUT"), "nothing.such"),
        (("DIR", "--root", "00"), "--root"),
        (("DIR", "--verify", "OUT"), "--verify"),
        (("--verify", "OUT"), "OUT"),
        (("nowhere", "--device", "x", "-o", "OUT"), "nowhere"),
    ],
)
def test_wrong_use_is_one_line(shell: Shell, tmp_path: Path, small: Path, words: tuple[str, ...], named: str) -> None:
    out = tmp_path / "OUT"
    answer = shell("disclose", *({"DIR": small, "OUT": out}.get(word, word) for word in words))
    assert answer.code == 2 and not out.exists()
    clear(answer, named)


def test_damaged_files_are_named(shell: Shell, tmp_path: Path) -> None:
    folder = kept(tmp_path / "d", sample.report())
    for text in ("", "{}", "[1]", '{"schema":"laydown.extract/1"}', "\xff"):
        (tmp_path / "x.json").write_text(text, "latin-1")
        answer = shell("disclose", "--verify", tmp_path / "x.json")
        assert answer.code == 1
        clear(answer, tmp_path / "x.json")
    (folder / "salts.json").write_text("{", "utf-8")
    answer = shell("disclose", folder, "--device", "core-2", "-o", tmp_path / "y.json")
    assert answer.code == 1 and not (tmp_path / "y.json").exists()
    clear(answer, "salts.json")
    (folder / "salts.json").unlink()
    assert shell("disclose", folder, "--device", "core-2", "-o", tmp_path / "y.json").code == 0
    salts = json.loads((folder / "salts.json").read_bytes())
    (folder / "salts.json").write_text(json.dumps({**salts, "leaves": salts["leaves"][:4]}), "utf-8")
    clear(shell("disclose", folder, "--device", "core-2", "-o", tmp_path / "y.json"), "does not fit")
