"""Secrets in what a terminal showed: starred out before it is evidence, length kept; what is a configuration is left out whole."""

import re

# What follows one of these words on its line may be a secret. A device's own texts lose a word or two by that, never its maker.
_WORDS = re.compile(
    rb"(?i)(\b(?:communit(?:y|ies)(?:[ -]?(?:name|string))?|passw(?:or)?d(?![ -]recovery)|passphrase|secrets?|cipher|irreversible-cipher"
    rb"|pre-shared-key|psk|key-string|(?:authentication|encryption|auth|priv|wpa|wep|shared|private|api|master|radius|tacacs|ospf|bgp|md5|ntp)-?key"
    rb"|auth-(?:password|pass)|priv-(?:password|pass)|encrypted-password|md5|key)\b(?:[ \t]*[:=][ \t]*|[ \t]+))"
    rb"(?!(?:is|was|are|enabled|disabled|not|required|expired?s?|none|size|length|id|mismatch(?:es)?|errors?)\b)(\S.*)"
)
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,60})-----")
# Commands whose output is a configuration, accounts or keys: no mask knows every form of a secret there.
_SECRET_OUTPUT = re.compile(
    r"(?i).*\b(?:run(?:ning)?(?:-config\S*)?|start(?:up)?(?:-config\S*)?|saved-configuration|(?:current-)?configuration|conf(?:ig)?|tech(?:-support)?|snmp\S*|user\S*|account\S*"
    r"|aaa|radius\S*|tacacs\S*|crypto|ike|ipsec|pki|keys?|key-?chain|passw\S*|secret\S*|psk|local-user|certificates?|wireless.*key|export|diagnostic-information|hwtacacs\S*|vpn\S*)\b.*"
)


def is_secret(command: str) -> bool:
    """Whether the output of a command can be full of secrets: it is left out of the evidence."""
    return _SECRET_OUTPUT.fullmatch(command) is not None


def masked(lines: list[bytes]) -> list[bytes]:
    """The lines with what may be secret starred out, length kept."""
    found: list[bytes] = []
    until = b""
    for line in lines:
        begins = _BLOCK.search(line)
        if until:
            hidden = b"*" * len(line)
            until, line = (b"", line) if until in line else (until, hidden)
        elif begins and b"CERTIFICATE" not in begins[1]:
            until = b"-----END " + begins[1]
        else:
            line = line_masked(line)
        found.append(line)
    return found


def line_masked(line: bytes) -> bytes:
    """One line with the rest behind a word such as `community` starred out."""
    return _WORDS.sub(lambda found: found[1] + re.sub(rb"\S", b"*", found[2]), line)
