"""Phrases that other floors put together around names and numbers, so that the catalogues can find them again.

A blank that ends in `_` holds a phrase or word of this program's itself; any other holds what a device, a file or a person said.
A pair is a singular and a plural, chosen by the blank `number`; English may have one form where other languages have two.
"""

from reporters._phrases_asked import ASKED
from reporters._phrases_faults import FAULTS
from reporters._phrases_reasons import REASONS

HOLES = (
    "{probes} over {scope}: incomplete",
    "{probes} over {scope}: incomplete ({reason})",
    "{probes} over {scope}: not run",
    "{probes} over {scope}: not run ({reason})",
    "{probes} over {scope}: not readable by this version",
    "{probes} over {scope}: not readable by this version ({reason})",
    ("{probes} over {scope}: {number} refused",) * 2,
    ("{probes} over {scope}: {number} left alone",) * 2,
    ("{probes} over {scope}: {number} left alone ({reason})",) * 2,
    "{kind_} {name} is not examined{tail_}",
    "{kind_} {name} is excluded{tail_}",
    "subnet {name} was asked and nothing in it answered",
    "{tail_}; {number} addresses are known in it",
    "{tail_}; {number} unexplained MACs are known in it",
    "{name} was seen, and nothing said who made it",
    "{name} is named by {teller}, and never answered",
    "{name} is named by {teller} as {maker}, and never answered",
    "{name} is named in {teller}, and never answered",
    "{name} is named in {teller} as {maker}, and never answered",
    "{name} is named in a table, and never answered",
    "{name} is named in a table as {maker}, and never answered",
    ("{number} MAC unexplained{where_}: {some}", "{number} MACs unexplained{where_}: {some}"),
    " behind {switch}",
    " behind {switch} port {port}",
    " in {network}",
    "evidence could not be read: {fault}",
)
STEPS = (
    "run the same `laydown scan` with the same -o again: it goes on where it stopped",
    "once what the reason names is put right, run the same `laydown scan` with the same -o again",
    "assess again with a version of the program that reads this probe's answers",
    "record or write these files again, then `laydown import` them with the same -o",
    "report it, with that evidence line",
    "check the credential and its scope for these devices",
    "run the same scan from a machine on that network too",
    "scan again with the networks of those addresses among the targets, if they are the site's",
    "read their labels, or record in the answers file whose they are (docs/answers.md)",
    "scan it, import its tables, or exclude it with a reason and a name",
    "let whoever gave the reason confirm it",
    "scan it from inside, import its tables, or record in the answers file that it is empty (docs/answers.md)",
    "{ask_}, or read its label",
    "{ask_}, or read its label ({switch} port {port})",
    "a read-only SNMP credential for {name}",
    "scan the subnet that it is in",
    "scan it",
    (
        "a read-only SNMP credential for {name} would explain {number} MAC",
        "a read-only SNMP credential for {name} would explain {number} MACs",
    ),
    (
        "scan {network}, or import its tables: that would explain {number} MAC",
        "scan {network}, or import its tables: that would explain {number} MACs",
    ),
    "private MACs name nobody: {how_}, or dispose of them as a class in the answers file (docs/answers.md)",
    "follow port {port}",
    "find the device",
    "follow port {port} to the device, or scan its subnet",
    "follow the cable to the device, or scan its subnet",
)
CLOSURES = (
    ("{whole} of {number} row complete", "{whole} of {number} rows complete"),
    "No ledger",
    "Coverage ledger",
    "MAC closure",
    "Networks",
    "This report holds no account of what was asked, so nothing in it says that anything is absent.",
    "What each probe asked in each scope, and what came of it. Where a row is open, equipment may be there that nobody asked.",
    "What each probe asked in each scope, and what came of it. Every row was asked to its end; silence is still no answer.",
    "Tables, leases or frames show these things, and no identified device owns them.",
    "Every MAC address in the tables and frames that were read belongs to a device. Tables that were not read may hold more.",
    ("{number} unexplained MAC address", "{number} unexplained MAC addresses"),
    ("{number} network not examined", "{number} networks not examined"),
    ("{number} network not examined, {count} excluded", "{number} networks not examined, {count} excluded"),
    "Routes, interfaces, VLAN tables or controllers name them; this scan did not look there.",
    "Every subnet, VLAN and SSID that the tables read here name was in scope. Devices whose tables were not read may name more.",
)
OTHERS = (
    "Sold as {brand}, built by {factory}: a sign on the wire says so",
    "Sold as {brand}, built by {factory}: {reason}",
    "Sold as {brand}; this brand is said to be built by {factory}, and nothing that this unit sent proves or denies it",
    "Sold as {brand}; this brand is said to be built by {factory}, and nothing that this unit sent proves or denies it; "
    "the sale of the brand was on {day}: build date needed",
    "When was this unit built? On {day} the brand was sold: read the date on its label.",
    "When was this unit built? On {day} the builder is said to have stopped building for it: read the date on its label.",
    "answers for more addresses than one device has: proxy ARP, or a host that answers for every address",
    "held by devices of several recorded files",
    "held by devices with different {key}",
    "held by devices of different makers",
    "held at once by devices with many MACs or several names: a key or an engine id that comes with the firmware",
)
# Words of one report or another that stand alone.
WORDS = (
    "maker", "model", "serial", "firmware", "built", "purchase", "removed", "photo", "place", "note",
    "subnet", "vlan", "ssid", "in scope", "not examined", "excluded", "port", "done", "incomplete", "not-run", "unreadable",
    "declared", "witnessed", "component", "hint", "covered", "conflict", "suspect", "clear", "unknown", "unseen",
    "router", "switch", "ont", "printer", "olt", "firewall", "camera", "video", "ups", "recorder", "storage", "sensor",
    "gateway", "controller", "pdu", "access-point", "server", "mediaplayer", "timeserver", "radio", "power", "phone",
    "intercom", "meter", "conference", "access-control", "other", "converter", "console", "optic", "mobile",
    "access-node", "alarm", "body-camera", "display", "inverter", "microwave", "modem", "satellite", "thermal-camera",
    "traffic-analyser", "transmission", "nic", "chassis", "module", "yes", "no", "sought", "granted",
    "telecommunications equipment", "video surveillance equipment", "service", "question",
)  # fmt: skip
PHRASES: tuple[str | tuple[str, str], ...] = (*HOLES, *STEPS, *CLOSURES, *OTHERS, *WORDS, *ASKED, *FAULTS, *REASONS)
