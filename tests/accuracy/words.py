"""What the page says in words: how it was measured, and what the sample cannot say."""

HEAD = """
# Accuracy

How often the program is right, measured on recordings that nobody here wrote. This page is written by `make accuracy PATH=DIR`,
which anybody who has recordings with labels can run; figures are not edited. Measured here:

- SNMP recordings of whole devices, each imported by itself: {recordings};
- single banners, each a device of its own: {banners}.

The labels say which are made by a listed producer; for the others they name a brand or an operating system, seldom a verified maker
of the hardware.

A share is n/N with its 95 % interval after Wilson: what the share could be on other recordings drawn as these were. Where a maker
has fewer than ten recordings nothing is claimed: "not measured". Names in `these letters` are ids of recordings; nothing that stands
in a recording is repeated here.
"""

CANNOT_SAY = """
## What the sample cannot say

- **Hardly anything about single listed makers**: {listed}.
  The intervals above say how little that is; several recordings are one model.
- **Nothing about devices that answer no SNMP.** Cameras are known by SADP, DHIP, ONVIF and their pages; the sample has single banners
  of these, none of a device as a scan sees it.
- **Nothing about relabelled hardware**, but for one banner: a brand's recording does not say who built it.
- **The recordings are anonymised and often cut**: about one in four has five objects or fewer, serial numbers are replaced, MACs
  removed. A scan sees more.
- **The sample is drawn from what a monitoring project's users sent in**: network gear, power and printers of interest to them. Shares of a
  site with other gear will be others.
- **The labels are not the truth.** Where program and label disagree, a person read both (below); where they agree, nobody did.
- **The rules' authors could see these recordings.** Rules were written from registries, makers' objects and makers' manuals, not from a
  file; recordings that they never saw are the better measure.
"""

OTHERS = """
Shares as above. **The enterprise number alone** is the look-up of the sysObjectID in IANA's list, as most inventories do it: its
registrant counts as the maker, net-snmp's numbers as nobody. It cannot see a power unit or a recorder under a program's or a
stranger's number, and takes the Huawei-3Com years' gear for Huawei's.

**nmap's service probes** (nmap {version}) read whole answers; a banner is one field of one. Each was put back into the shortest answer
that holds it ({asked} of the banners, {covered} of the covered ones; the others, above all system descriptions, are in no answer that
the probes ask for) and given to the lines of the probe that such an answer belongs to, its fallbacks and the NULL probe, the first match
winning; {refused} of its patterns are not Python's. It names products, not makers: a listed maker's name anywhere in what it prints
counts. So its share is a lower bound of what it does on whole answers.

**Recog's own patterns** would be measured on their own examples, which these banners are: a test of themselves. {recog}
"""

READING = {
    "recog": "They could not be run: its XML files are in no package of PyPI, Debian or npm; with a copy at hand,\n"
    "`RECOG=DIR make accuracy PATH=DIR` runs them.",
    "unnamed": "A device that is not named stays *unknown*, which blocks an attestation as a suspect does: work for a person,\n"
    "not a false statement.",
    "otherwise": "The label is a brand, a system or an owner's name; the program names who made it by number or text. Each pair was read.",
    "models": "Of other recordings {right} of {asked} have the label's model, {otherwise} have another text: most often the label holds a "
    "revision, an architecture or a chassis where the device names its product, or the reverse. The rest state none to the program: the "
    "label's model stands in a table that no MIB of ours reads.",
}
