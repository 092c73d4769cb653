"""Run at the lab's desk: asks the version 3 switch with pysnmp, a client that nobody here wrote."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from pysnmp.hlapi.v3arch import asyncio as snmp

SITE = json.loads(Path(os.environ["LAB_SITE"]).read_text())
ROW = next(row for row in json.loads(Path(SITE["truth"]).read_text()) if row["device"] == "switch-huawei")
SERIAL = "1.3.6.1.4.1.2011.5.25.188.1.1.0"


async def asked(user: str, auth: str, priv: str) -> str:
    port = json.loads(Path(SITE["port_map"]).read_text())[ROW["addresses"][0]]["udp/161"] if SITE["port_map"] else 161
    where = await snmp.UdpTransportTarget.create((ROW["addresses"][0], port), timeout=1, retries=0)
    who = snmp.UsmUserData(
        user, auth, priv, authProtocol=snmp.USM_AUTH_HMAC192_SHA256, privProtocol=snmp.USM_PRIV_CFB256_AES
    )
    what = snmp.ObjectType(snmp.ObjectIdentity(SERIAL))
    fault, _, _, found = await snmp.get_cmd(snmp.SnmpEngine(), who, where, snmp.ContextData(), what)
    return str(fault) if fault else str(found[0][1])


def main() -> None:
    key = SITE["credentials"][0]
    auth, priv = Path(key["auth_file"]).read_text(), Path(key["priv_file"]).read_text()
    tries = {
        "right": (key["user"], auth, priv),
        "wrong user": ("nobody", auth, priv),
        "wrong auth": (key["user"], auth[::-1], priv),
    }
    sys.stdout.write(json.dumps({name: asyncio.run(asked(*words)) for name, words in tries.items()}))


if __name__ == "__main__":
    main()
