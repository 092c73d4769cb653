"""Huawei's objects for model, serial and firmware, and its optics.

Source: fingerprints section 2.4 (the maker's MIBs): 2011.5.25.188 device, 2011.5.25.31 entities, 2011.2.235 iBMC,
2011.6.164 site monitor, 34774.4.1 OceanStor.
"""

from collections.abc import Callable, Iterator

from agent.decode.say import said
from agent.decode.walk import Walk
from agent.mibs import _scalars
from model.claims import Fact

TREE = "1.3.6.1.4.1.2011"
SYSTEM_MODEL, PRODUCT = f"{TREE}.5.25.31.6.5.0", f"{TREE}.5.25.188.1.4.0"
IBMC_NAME, IBMC_SERIAL = f"{TREE}.2.235.1.1.1.6.0", f"{TREE}.2.235.1.1.1.7.0"
ESN, VERSION = f"{TREE}.5.25.188.1.1.0", f"{TREE}.5.25.188.1.5.0"
STORE = "1.3.6.1.4.1.34774.4.1.1"
STORE_ID, STORE_VERSION = f"{STORE}.1.0", f"{STORE}.6.0"
SMU_NAME = f"{TREE}.6.164.1.1.1.4.0"
BOARD = f"{TREE}.5.25.31.1.1.1.1.43"
OPTIC = f"{TREE}.5.25.31.1.1.3.1"
OPTIC_SERIAL, OPTIC_VENDOR, OPTIC_PART = f"{OPTIC}.4", f"{OPTIC}.24", f"{OPTIC}.25"
PATCH, SMU_SOFTWARE = f"{TREE}.5.25.19.1.8.5.1.1.4", f"{TREE}.6.164.1.2.2.1.1.5"
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"

_SINGLE = (  # the first that answers is the value
    ((SYSTEM_MODEL, PRODUCT, IBMC_NAME), "huawei.model"),
    ((ESN, IBMC_SERIAL, STORE_ID), "huawei.serial"),
    ((VERSION, STORE_VERSION), "huawei.firmware"),
    ((SMU_NAME,), "huawei.smu_name"),
)
_PARTS = (  # what ENTITY-MIB leaves empty, Huawei's own tables fill: same row number, same key
    (OPTIC_VENDOR, "entity.mfg_name", f"{ENTITY}.12"),
    (OPTIC_PART, "entity.model_name", f"{ENTITY}.13"),
    (OPTIC_SERIAL, "entity.serial", f"{ENTITY}.11"),
)
ROOTS = (BOARD, OPTIC_SERIAL, OPTIC_VENDOR, OPTIC_PART, PATCH, SMU_SOFTWARE)
SCALARS = tuple(oid for oids, _ in _SINGLE for oid in oids)
_NOTHING = frozenset({"-", "--", "NA", "N/A", "null", "0"})


def read(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    """Facts about self and `component:entity.<index>`."""
    for oids, key in _SINGLE:
        yield from _scalars.first(walk, evidence_of, oids, key)
    for column, key in ((PATCH, "huawei.patch"), (SMU_SOFTWARE, "huawei.equipment_software")):
        for index, value in list(walk.texts(column).items())[:1]:
            yield from said(evidence_of(f"{column}.{index}"), "self", key, value)
    yield from _parts(walk, evidence_of)


def _parts(walk: Walk, evidence_of: Callable[[str], str]) -> Iterator[Fact]:
    for column, key, elsewhere in _PARTS:
        for index, value in walk.texts(column).items():
            if value not in _NOTHING and not walk.text(f"{elsewhere}.{index}"):
                yield from said(evidence_of(f"{column}.{index}"), f"component:entity.{index}", key, value)
    optics = set(walk.texts(OPTIC_VENDOR))
    for index, value in walk.texts(BOARD).items():
        # Ports and empty slots repeat the board's name: only rows that ENTITY-MIB calls a part get one.
        if index not in optics and walk.text(f"{ENTITY}.12.{index}") and value not in _NOTHING:
            yield from said(evidence_of(f"{BOARD}.{index}"), f"component:entity.{index}", "huawei.board_name", value)
