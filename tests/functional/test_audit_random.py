"""Whatever single thing is changed in a sound deployment, an audit reports something."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.functional.audited import Ward, shared_ward

__all__ = ["shared_ward"]  # a fixture
STATUSES = ("pending", "summarized", "quarantined", "duplicate", "superseded")
Mutation = Callable[[Ward], str]


def _places(ward: Ward) -> list[tuple[str, str]]:
    """Rows that an audit has to vouch for: not the notes that staging keeps for itself, nor shards that have ended."""
    return sorted(place for place in ward.all_rows() if place[1].startswith(("NOTE", "OBJECT", "RECORD#")))


def _delete_row(draw: st.DrawFn, ward: Ward) -> str:
    place = draw(st.sampled_from(_places(ward)))
    ward.delete(*place)
    return f"deleted {place}"


def _change_status(draw: st.DrawFn, ward: Ward) -> str:
    rows = ward.all_rows()
    place = draw(st.sampled_from([each for each in _places(ward) if "status" in rows[each]]))
    status = draw(st.sampled_from([status for status in STATUSES if status != rows[place]["status"]]))
    ward.change(*place, status=status)
    return f"{place} from {rows[place]['status']} to {status}"


def _change_identity(draw: st.DrawFn, ward: Ward) -> str:
    rows = ward.all_rows()
    places = [each for each in _places(ward) if "content_sha256" in rows[each]]
    place = draw(st.sampled_from(places))
    # Of a text that was superseded before it was summarized, the receipt alone knows the hash.
    own = [] if rows[place].get("status") == "superseded" else ["content_sha256"]
    names = own + [name for name in ("note_uid", "object_id") if name in rows[place]]
    name = draw(st.sampled_from(names))
    ward.change(*place, **{name: "0" * len(rows[place][name])})
    return f"{name} of {place}"


def _remove_record(draw: st.DrawFn, ward: Ward) -> str:
    records = [key for key in ward.stack.objects("SummariesBucket") if key.startswith(("by_note/", "quarantine/"))]
    # Of a superseded text nobody is owed the summary.
    owed = [key for key in records if key.startswith("quarantine/") or ward.read(key)["status"] == "draft"]
    key = draw(st.sampled_from(sorted(owed)))
    ward.remove(key)
    return f"removed {key}"


def _copy_summary(draw: st.DrawFn, ward: Ward) -> str:
    keys = sorted(ward.stack.objects("SummariesBucket", "by_note/"))
    key = draw(st.sampled_from(keys))
    text = draw(st.text("0123456789abcdef", min_size=64, max_size=64))
    ward.write(f"{key.rpartition('/')[0]}/{text}.json", {**ward.read(key), "content_sha256": text})
    return f"copied {key} to {text}"


def _flip_summary(draw: st.DrawFn, ward: Ward) -> str:
    key = draw(st.sampled_from(sorted(ward.stack.objects("SummariesBucket", "by_note/"))))
    record: dict[str, Any] = ward.read(key)
    ward.write(key, {**record, "status": "superseded" if record["status"] == "draft" else "draft"})
    return f"flipped {key}"


def _drop_and_forget(draw: st.DrawFn, ward: Ward) -> str:
    name = draw(st.sampled_from(["ehr/new.csv", "ehr/first.csv", "urgent/ed/new.txt", "root.txt"]))
    ward.stack.drop(name, "note_id,note\n1,Unseen.\n")
    return f"dropped {name}"


MUTATIONS = (
    *(_delete_row, _change_status, _change_identity, _remove_record, _copy_summary, _flip_summary, _drop_and_forget),
)


@settings(
    max_examples=12, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data(), mutate=st.sampled_from(MUTATIONS))
def test_a_change_is_reported(shared_ward: Ward, data: st.DataObject, mutate: Any) -> None:
    with shared_ward.put_right_again():
        done = mutate(data.draw, shared_ward)
        status, found = shared_ward.audit()
    assert status == 1, done
    assert found["problems"] > 0
    assert all(item["todo"] for item in found["findings"])
