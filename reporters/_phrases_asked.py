"""Phrases of the questions that review puts (reporters/asking) and of the gate's holds (model/gate.py), for the catalogues."""

from model.report import ACCUSING, RANK, WORDS

Phrase = str | tuple[str, str]
WHO = ("{name}", "a device")

ABOUT: tuple[Phrase, ...] = (
    "Representations",
    "Reporting clocks",
    "Devices made, or perhaps made, by a listed producer",
    "Holds, one by one",
    "Holds, many at once",
    "Phase-out and waivers",
    "Reviews and records",
    "Fields of {clause}",
    "Questions of the {form}",
    "{clause}, contract or offer {contract}",
    "the entity",
    "contract {contract}",
    "the contract",
    "part {part} of {device}",
    "the service {service}",
    "{name} and {number} more like it",
    "VLAN {vlan} of site {site}",
    "wireless network {ssid} of site {site}",
    "switch {switch}, port {port} of site {site}",
    "random MAC addresses of site {site}",
)
TEXTS: tuple[Phrase, ...] = (
    "Did this clock start, and at which moment?",
    "Is it somebody else's, and not used by the entity? Only then can a word lift this hold; what the entity uses is disclosed.",
    "What do you know about what was not seen here, whose is it, and does the entity use it?",
    "Whose equipment is it, does the entity use it, and how do you know?",
    "Whose equipment is all of this, and does the entity use it? One word lifts them all, and none that is accused.",
    "What does it do there, what replaces it, when, and what does that cost?",
    "Was a waiver sought or granted for it? Leave this open where none was: a waiver lifts no hold.",
    "Who signs for the entity?",
)
WHY: tuple[Phrase, ...] = (
    "A scan says nothing about what is provided: check bills of materials and suppliers' answers first.",
    (
        "{number} hold stands: {quote} is refused until each is lifted.",
        "{number} holds stand: {quote} is refused until each is lifted.",
    ),
    "No hold stands; that by itself makes nothing true.",
    "{clause} asks for it: {title}",
    "the {form} prints it; no clause prescribes it",
    "the latest, by {by} of {at}, is older than {number} months: one was due by {due}",
    'The clause begins to count when a contractor "{quote}". Earliest: {list_}.',
    "no period",
    "first report by {at}",
    "follow-up report by {at}",
    "first report to DIBNet by {at}",
    "follow-up report to DIBNet by {at}",
    "disclosure by {at}",
    "report by {at}",
    "{text_} (site {site})",
    ("{number} hold would be lifted: {list_}", "{number} holds would be lifted: {list_}"),
    "and {number} more",
    *(f"{WORDS[one]}: {{name}} (site {{site}})" for one in sorted(ACCUSING)),
    *(f"{one} at site {{site}}" for one in sorted(ACCUSING)),
    "{clause} asks for it; keep the saved result, its digest goes here",
    "a scan is one part of a reasonable inquiry, never the whole of it",
    "the name, title and day are printed; the signature is the person's own",
    "former FAR 4.2104",
    "FAR 52.204-24(b)(1)(ii) and 52.204-25(c)(2); both conditions are asked, which is our reading",
)
HOLDS: tuple[Phrase, ...] = (
    *(f"{who} at {{where}} is {outcome}" for who in WHO for outcome in sorted(RANK)),
    *(f"{{kind_}} {{model}} of {who} at {{where}} is {outcome}" for who in WHO for outcome in sorted(ACCUSING)),
    *(
        (
            f"{{number}} part of {who} at {{where}} whose maker is not known: {{some}}",
            f"{{number}} parts of {who} at {{where}} whose maker is not known: {{some}}",
        )
        for who in WHO
    ),
    "part",
    "MAC {mac} belongs to no identified device",
    "the report holds no account of what was asked",
    "the report names no network that was examined, at most single addresses or files",
    "{probes} over {scope}: {parts_}",
    "{probes} over {scope}: {parts_}: {reason}",
    ("{number} refused",) * 2,
    ("{number} excluded",) * 2,
    "{number} addresses are known in it",
    "{number} unexplained MACs are known in it",
    "{kind_} {name} is not examined: {reason}",
    "{kind_} {name} is excluded: {reason}",
    "subnet {name} was asked and nothing in it answered: it is empty, or something keeps questions out",
    "{hold_}; persons disagree whether it is used ({some})",
    "not one device of the site was identified",
    "site {name} is not examined: its report is older than {days} days, in whole or in part, or dated ahead",
    "site {name} is not examined: it has no report",
    "the entity file lists no site: nobody says these are all",
    "report of site {name}, which the entity does not list",
)
ASKED: tuple[Phrase, ...] = (*ABOUT, *TEXTS, *WHY, *HOLDS)
