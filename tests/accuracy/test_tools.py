"""The tools that measure: intervals, nmap's lines, Recog's files, the number alone, each against what is known of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fingerprints.pack import load
from tests.accuracy import answers, nmap_probes, number, others
from tests.accuracy.corpus import Banner
from tests.accuracy.measure import same
from tests.accuracy.nmap_probes import Probes
from tests.accuracy.recog import Recog
from tests.accuracy.share import Share, measured


# Newcombe (1998), table I, method 3: Wilson's interval without continuity correction.
@pytest.mark.parametrize(
    ("hits", "asked", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_are_those_of_the_literature(hits: int, asked: int, low: float, high: float) -> None:
    assert Share(hits, asked).interval() == pytest.approx((low, high), abs=5e-5)


def test_under_ten_nothing_is_claimed() -> None:
    assert measured(Share(9, 9)) == "9/9: not measured" and "1.000" in measured(Share(10, 10))
    assert Share(0, 0).interval() == (0.0, 1.0)


PROBES = r"""
Probe TCP NULL q||
match ftp m|^220 Box ([\d.]+)\r\n| p/Boxworks ftpd/ v/$1/ d/router/ cpe:/a:boxworks:ftpd:$1/a
softmatch http m|^HTTP/1\.[01] \d\d\d|
match http m|^HTTP/1\.1 200 OK\r\n| p/too late/
Probe TCP GetRequest q|GET / HTTP/1.0\r\n\r\n|
fallback GenericLines
match http m=^HTTP/1\.1 .*\r\nServer: boxweb\r\n=si p|Boxworks/2 web| o/BoxOS/
Probe TCP GenericLines q|\r\n\r\n|
softmatch other m|^HTTP|
match http m|^HTTP/1\.1 401| p/Fallback/
match ftp m|^broken(| p/x/
"""


def test_nmaps_lines_are_tried_in_its_order() -> None:
    probes = Probes(PROBES)
    assert probes.refused == 1
    ftp = probes.identify(b"220 Box 1.2\r\n", "NULL")
    assert ftp and ftp.info == {"p": "Boxworks ftpd", "v": "$1", "d": "router", "cpe:": "a:boxworks:ftpd:$1"}
    web = probes.identify(b"HTTP/1.1 200 OK\r\nDate: x\r\nSERVER: BoxWeb\r\n\r\n", "GetRequest")
    assert web and web.info == {"p": "Boxworks/2 web", "o": "BoxOS"}
    plain = probes.identify(b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", "GetRequest")
    assert plain is None, "the softmatch of the fallback leaves lines of its own service only"
    assert probes.identify(b"HTTP/1.1 401 No\r\n\r\n", "GenericLines") is None
    assert probes.identify(b"HTTP/1.1 200 OK\r\n", "NULL") is not None


def test_the_installed_nmaps_file_is_read_whole() -> None:
    probes = nmap_probes.read()
    if probes is None:
        pytest.skip("nmap is not installed: no service probes to read")
    assert sum(map(len, probes.lines.values())) > 10_000 and probes.refused < 10
    hit = probes.identify(b"SSH-2.0-OpenSSH_8.4p1 Debian-5\r\n", "NULL")
    assert hit and hit.service == "ssh" and hit.info["p"] == "OpenSSH"


def test_a_banner_is_put_back_into_its_answer() -> None:
    assert answers.answer("ssh.banner", "Box_1") == (b"SSH-2.0-Box_1\r\n", "NULL")
    assert answers.answer("http_header.server", "x") == (b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", "GetRequest")
    assert answers.answer("snmp.sys_description", "x") is None


RECOG = """<?xml version="1.0"?>
<fingerprints matches="ssh.banner" protocol="ssh" database_type="service">
  <fingerprint pattern="^box_([\\d.]+)" flags="REG_ICASE">
    <param pos="0" name="hw.vendor" value="Huawei"/><param pos="1" name="hw.version"/>
  </fingerprint>
  <fingerprint pattern="^Box"><param pos="0" name="hw.vendor" value="Later"/></fingerprint>
  <fingerprint pattern="(?!"><param pos="0" name="hw.vendor" value="Broken"/></fingerprint>
</fingerprints>
"""


def test_recogs_first_fingerprint_that_matches_wins(tmp_path: Path) -> None:
    (tmp_path / "ssh_banners.xml").write_text(RECOG)
    prints = Recog(tmp_path)
    assert prints.refused == 1
    assert prints.vendors("ssh.banner", "BOX_2.1") == {"hw.vendor": "huawei"}
    assert prints.vendors("ssh.banner", "Boxes") == {"hw.vendor": "later"}
    assert prints.vendors("ftp.banner", "BOX_2.1") == {}
    banners = [
        Banner("a", "ssh.banner", "box_1", True, frozenset({"huawei"}), "huawei"),
        Banner("b", "ssh.banner", "box_2", False, frozenset({"other"}), "other"),
        Banner("c", "ssh.banner", "Boxed", False, frozenset({"later"}), "later"),
        Banner("d", "ssh.banner", "box_4", True, frozenset({"zte"}), "zte"),
    ]
    tally = others.recog(banners, prints)
    assert tally.of["found"] == ["a"] and tally.of["accused"] == ["b"] and tally.of["named"] == ["c"]
    assert tally.of["missed"] == tally.of["wrong maker"] == ["d"]


@pytest.mark.parametrize(
    ("line", "maker", "named"),
    [
        ("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2011.2.23.1", "huawei", True),
        (".1.3.6.1.2.1.1.2.0|6|.1.3.6.1.4.1.9.1.1", "", True),
        ("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10", "", False),
        ("1.3.6.1.2.1.1.5.0|4|x", "", False),
    ],
)
def test_the_number_alone(line: str, maker: str, named: bool, tmp_path: Path) -> None:
    (tmp_path / "x.snmprec").write_text(f"1.3.6.1.2.1.1.1.0|4|y\n{line}\n")
    found = number.registrant(tmp_path / "x.snmprec", load().registry)
    assert (found[0], bool(found[1])) == (maker, named)


def test_a_label_and_a_maker_are_one_word_or_not() -> None:
    assert same("hwg-poseidon", "hwgposeidon") and same("alcatellucent", "alcatel_lucent_enterprise")
    assert not same("fs", "gcom") and not same("", "cisco")


def test_every_note_is_one_line_and_names_no_figure() -> None:
    text = (Path(__file__).with_name("explained.toml")).read_text("utf-8")
    for line in text.splitlines():
        assert "|" not in line and "1.3.6.1" not in line, "a note gives reasons, not what stands in a recording"
    assert json.dumps(text)
