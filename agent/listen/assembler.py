"""Classic BPF instructions with names to jump to. Pure. Source: linux/bpf_common.h and filter.txt of the kernel's documentation."""

SNAP_LENGTH = 2048  # bytes of a frame that reach us
LONGEST = 255  # steps that a conditional jump can skip

# Opcodes of linux/bpf_common.h, put together.
LOAD_HALF, LOAD_X = 0x28, 0x01
AT_WORD, AT_HALF, AT_BYTE = 0x40, 0x48, 0x50  # at X + k
LOAD_HELD, HOLD = 0x60, 0x02
AND, SHIFT, SHIFT_RIGHT, ADD, ADD_X, TO_X, TO_A = 0x54, 0x64, 0x74, 0x04, 0x0C, 0x07, 0x87
JUMP, EQUAL, ABOVE_OR_EQUAL, ANY_BIT, RETURN = 0x05, 0x15, 0x35, 0x45, 0x06
LOAD = 0x00

Step = tuple[int, int, int, int]
"""(opcode, steps to skip if true, if false, operand)"""


class Program:
    """Steps with names to jump to. A name is a place further down; conditional jumps that would be too long are an error."""

    def __init__(self) -> None:
        self._steps: list[tuple[int, str, str, int]] = []
        self._names: dict[str, int] = {}

    def do(self, code: int, operand: int = 0) -> None:
        """One step without a jump."""
        self._steps.append((code, "", "", operand))

    def test(self, code: int, operand: int, then: str = "", other: str = "") -> None:
        """Compare A with `operand`; an empty name means the next step."""
        self._steps.append((code, then, other, operand))

    def name(self, name: str) -> None:
        """The next step is called so."""
        self._names[name] = len(self._steps)

    def jump(self, name: str) -> None:
        """Go on at `name`, however far."""
        self._steps.append((JUMP, name, "", 0))

    def keep(self, value: int) -> None:
        """Keep the frame if A is `value`: both in two steps, so that no list makes a jump too long."""
        at = len(self._steps)
        self.test(EQUAL, value, other=f"not {at}")
        self.do(RETURN, SNAP_LENGTH)
        self.name(f"not {at}")

    def end(self, section: str) -> None:
        """Where the section keeps or drops the frame."""
        self.name(f"{section} keep")
        self.do(RETURN, SNAP_LENGTH)
        self.name(f"{section} drop")
        self.do(RETURN, 0)

    def steps(self) -> tuple[Step, ...]:
        """The program; ValueError if a jump is too long for one instruction."""
        return tuple(self._step(at, *step) for at, step in enumerate(self._steps))

    def _step(self, at: int, code: int, then: str, other: str, operand: int) -> Step:
        if code == JUMP:
            return code, 0, 0, self._names[then] - at - 1
        skips = [self._names[name] - at - 1 if name else 0 for name in (then, other)]
        if not all(0 <= skip <= LONGEST for skip in skips):
            raise ValueError("more places than one filter can hold")
        return code, skips[0], skips[1], operand
