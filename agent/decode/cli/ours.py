"""Templates of our own (TextFSM) for outputs that ntc-templates lacks, told apart by their commands; a longer command stands first.

Source: the command references of VRP (S series), whose columns these are.
"""

_LLDP_BRIEF = """\
Value Required LOCAL_INTERFACE (\\S+)
Value NEIGHBOR_INTERFACE (\\S+(?: \\d\\S*)?)
Value NEIGHBOR_NAME (\\S.*?)

Start
  ^Local\\s+Intf\\s+Neighbor\\s+Dev -> DeviceFirst
  ^Local\\s+Interface\\s+Exptime -> TimeFirst
  ^\\s*[-\\s]*$$
  ^. -> Error

DeviceFirst
  ^${LOCAL_INTERFACE}\\s+${NEIGHBOR_NAME}\\s+${NEIGHBOR_INTERFACE}\\s+\\d+\\s*$$ -> Record
  ^\\s*[-\\s]*$$
  ^. -> Error

TimeFirst
  ^${LOCAL_INTERFACE}\\s+\\d+\\s+${NEIGHBOR_INTERFACE}\\s+${NEIGHBOR_NAME}\\s*$$ -> Record
  ^\\s*[-\\s]*$$
  ^. -> Error
"""
_ESN = """\
Value SLOT (\\w+)
Value Required SERIAL_NUMBER ([0-9A-Z]{8,32})

Start
  ^ESN\\s+of\\s+(slot\\s+)?${SLOT}\\s*:\\s*${SERIAL_NUMBER}\\s*$$ -> Record
  ^\\s*$$
  ^. -> Error
"""
_MADE = """\
Value SLOT (\\d+)
Value Required SERIAL_NUMBER ([0-9A-Z]{8,32})

Start
  ^Slot\\s+(Sub|Card)\\s+Serial -> Rows
  ^\\s*[-\\s]*$$
  ^. -> Error

Rows
  ^${SLOT}\\s+\\S+\\s+${SERIAL_NUMBER}\\s+\\d{4}-\\d\\d-\\d\\d\\s*$$ -> Record
  ^\\s*[-\\s]*$$
  ^. -> Error
"""
NAMED = {
    "huawei_vrp_display_lldp_neighbor_brief.textfsm": _LLDP_BRIEF,
    "huawei_vrp_display_esn_chassis.textfsm": _ESN,
    "huawei_vrp_display_manufacture-info_chassis.textfsm": _MADE,
}
INDEX = """\
huawei_vrp_display_lldp_neighbor_brief.textfsm, .*, huawei_vrp, dis[[play]] lldp nei[[ghbor]] b[[rief]]
huawei_vrp_display_esn_chassis.textfsm, .*, huawei_vrp, dis[[play]] esn
huawei_vrp_display_manufacture-info_chassis.textfsm, .*, huawei_vrp, dis[[play]] dev[[ice]] manu[[facture-info]]
"""
