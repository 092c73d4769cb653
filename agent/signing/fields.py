"""Signature fields on a paper's lines, tagged as PDF/UA wants them: made once, all of them, so that a second person only fills one."""

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field, enumerate_sig_fields

from agent.signing.places import Place


def named(line: int) -> str:
    """The field of a line, from 1."""
    return f"signature-{line}"


def filled(handler: Any) -> dict[str, bool]:
    """{field: whether it is signed} of a reader or writer."""
    return {name: value is not None for name, value, _ in enumerate_sig_fields(handler)}


def add(writer: IncrementalPdfFileWriter, roles: list[str], places: list[Place]) -> None:
    """A field for each role; without a box, and so not to be seen, where its place was not found."""
    found = places if len(places) == len(roles) else []
    for number, role in enumerate(roles):
        place = found[number] if found else Place(-1, (0, 0, 0, 0))
        words = f"Signature: {role}"
        box: Any = place.box
        spec = SigFieldSpec(named(number + 1), place.page, box, readable_field_name=words)
        append_signature_field(writer, spec)
        (widget,) = [ref for name, _, ref in enumerate_sig_fields(writer) if name == spec.sig_field_name]
        _tagged(writer, widget, words)


def _tagged(writer: IncrementalPdfFileWriter, widget: Any, words: str) -> None:
    """A Form element for the field at the end of the structure tree, and its way back (ISO 32000-1, 14.7.4)."""
    held = widget.get_object()
    held[pdf_name("/Contents")] = generic.pdf_string(words)
    if "/StructTreeRoot" not in writer.root:
        return
    tree = writer.root["/StructTreeRoot"]
    document = _document(tree)
    number = int(tree["/ParentTreeNextKey"])
    told = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/OBJR"),
            pdf_name("/Obj"): generic.IndirectObject(widget.idnum, widget.generation, writer),
            pdf_name("/Pg"): held.raw_get("/P"),
        }
    )
    element = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): generic.IndirectObject(
                    document.container_ref.idnum, document.container_ref.generation, writer
                ),
                pdf_name("/Alt"): generic.pdf_string(words),
                pdf_name("/K"): told,
            }
        )
    )
    _appended(writer, document, "/K", element)
    _appended(writer, tree["/ParentTree"], "/Nums", generic.NumberObject(number), element)
    held[pdf_name("/StructParent")] = generic.NumberObject(number)
    tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(number + 1)
    writer.update_container(tree)
    writer.update_container(held)


def _document(tree: Any) -> Any:
    kids = tree["/K"]
    return kids[0] if isinstance(kids, generic.ArrayObject) else kids


def _appended(writer: IncrementalPdfFileWriter, holder: Any, key: str, *items: Any) -> None:
    held = holder[key]
    kids = held if isinstance(held, generic.ArrayObject) else generic.ArrayObject([holder.raw_get(key)])
    kids.extend(items)
    if kids is not held:
        holder[pdf_name(key)] = kids
    writer.update_container(kids if kids is held and kids.container_ref is not None else holder)
