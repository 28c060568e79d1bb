"""Defects to plant in a ward whose books are sound."""

from collections.abc import Callable

from tests.functional.audited import Ward

Defect = Callable[[Ward], object]
HASH = "0" * 64


def copy_summary(ward: Ward) -> None:
    """Note 2's summary once more, under another text's name, as a current one."""
    record = ward.read(ward.summary_key("2"))
    ward.write(f"by_note/{ward.uid('2')}/{HASH}.json", {**record, "content_sha256": HASH})


def stray_summary(ward: Ward) -> None:
    """Note 2's summary under another note's name."""
    record = ward.read(ward.summary_key("2"))
    ward.write(f"by_note/{HASH[:32]}/{HASH}.json", {**record, "note_uid": HASH[:32], "content_sha256": HASH})


def change_summary(note_id: str, **fields: object) -> Defect:
    return lambda ward: ward.write(ward.summary_key(note_id), {**ward.read(ward.summary_key(note_id)), **fields})


def change_receipt(place: tuple[int, int], **fields: object) -> Defect:
    return lambda ward: ward.change(*ward.receipt(*place), **fields)


def change_note(note_id: str, **fields: object) -> Defect:
    return lambda ward: ward.change(f"NOTE#{ward.uid(note_id)}", "NOTE", **fields)


def change_both(note_id: str, place: tuple[int, int], status: str) -> Defect:
    """Note and receipt agree on what is not true."""

    def change(ward: Ward) -> None:
        change_note(note_id, status=status)(ward)
        change_receipt(place, status=status)(ward)

    return change


def revive_old_text(ward: Ward) -> None:
    """The amendment's summary is superseded, and the text before it current."""
    newest = ward.summary_key("1")
    (old,) = (key for key in ward.stack.objects("SummariesBucket", f"by_note/{ward.uid('1')}/") if key != newest)
    ward.write(old, {**ward.read(old), "status": "draft"})
    ward.write(newest, {**ward.read(newest), "status": "superseded"})


def two_current(ward: Ward) -> None:
    for key in ward.stack.objects("SummariesBucket", f"by_note/{ward.uid('1')}/"):
        ward.write(key, {**ward.read(key), "status": "draft"})


def wait_again(ward: Ward) -> None:
    shard = next(row for row in ward.stack.rows("SHARD#") if row["object_id"] == ward.drops[0])
    ward.change(shard["pk"], "SHARD", backlog="pending")


def a_batch(ward: Ward) -> str:
    return next(row["pk"] for row in ward.stack.rows("BATCH#") if row["sk"] == "BATCH")
