"""Reasons that a scan or an import writes into its ledger (agent/manners.py, agent/scan, agent/jobs ...), for the catalogues.

They stand in evidence, in English, for good; only what a reader sees is translated. One that is not here is marked as English.
"""

MADE = ("industrial or building control", "medical devices", "UPS units", "serial gateways", "printers")
MANNERS = (
    "a controller may stop what it controls",
    "a serial gateway passes bytes on to whatever hangs behind it",
    "a printer prints what it is sent",
    "live radio control: listened to, never spoken to",
    "a binary login port: it may be connected to, nothing may be sent",
    "answers are 30 times the question: asked on this machine's own links only",
    "of a maker on the caution list",
    "of a maker on the caution list: {why_}",
    *(f"{{maker}} makes {what}{more}" for what in MADE for more in ("", ", {why_}")),
    "its tables say it is a printer",
    "the same port takes activation, password and address changes: only the search is sent",
)
RUNS = (
    "stopped in mid-dialogue",
    "interrupted",
    "interrupted by the user",
    "the run ended before its turn",
    "nothing says that this run ended: it was killed, or its machine stopped",
    "runs of several sites stand in one folder: which site's a device is cannot be told; scan each into its own",
    "not swept: one address of each station found there was asked",
    "left out with --no-probe",
    "left out with --probe",
    "nmap cannot follow a port map",
    "no link here",
    "no process here may read or send frames",
    "nothing of it is in scope",
    "more than {number} addresses are not asked one by one",
    "longer than {number} rows",
    "its objects do not come in order",
    "excluded: {reason}",
)
LINKS = (
    "all answers stopped in mid-sweep: the switch may have shut this port; look at it before the next try",
    "the link went down in mid-sweep: the switch may have shut this port; look at it before the next try",
    "the link is not wholly in scope: asking all stations needs --multicast",
    "no link of this machine: nobody's stations can be asked all at once",
    "this machine has no address of that family on the link",
    "only addresses outside the scope answered: nothing of them is kept",
    "asked less than a minute ago: no link is asked the same twice within a minute",
)
# The chain of a relabel: what this unit sent that is its builder's, and what is to be asked (reporters/_text.py, fingerprints/people.py).
SIGNS: tuple[str | tuple[str, str], ...] = (
    "SADP answer",
    "DHIP answer",
    "SADP answer, {signs}",
    "DHIP answer, {signs}",
    ("{registry} {at} ({number} day)", "{registry} {at} ({number} days)"),  # a list's day, and how old it was
    "the sale of the brand was on {at}: build date needed",
    "the said end of that was on {at}: build date needed",
    "built {built} as a person read, before the sale of the brand on {at}",
    "built {built} as a person read, after the sale of the brand on {at}",
    "built {built} as a person read, about the time of the sale of the brand on {at}",
)
REASONS: tuple[str | tuple[str, str], ...] = (*MANNERS, *RUNS, *LINKS, *SIGNS)
