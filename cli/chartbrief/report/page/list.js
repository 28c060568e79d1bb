// The list of notes. Only the rows in sight exist: 5,000 of them would be slow to lay out.

const ROW_HEIGHT = 68;
const SPARE_ROWS = 6;
const list = { places: [], active: 0, open: null };

function rowOf(index) {
  const place = list.places[index];
  const note = notes[place];
  const row = make("div", {
    class: "row", role: "option", id: `row-${place}`, "aria-setsize": list.places.length, "aria-posinset": index + 1,
    "aria-selected": String(place === list.open), "data-place": place,
  },
    make("span", { class: "id" }, outside(note.id)),
    make("span", { class: "about" }, outside([note.type || note.source.slice(0, Math.max(0, note.source.lastIndexOf("/"))), note.at.slice(0, 10)].filter(Boolean).join(", "))),
    make("span", { class: "said" }, outside(note.summary.replace(/\s*\n\s*/g, " · "))),
    make("span", { class: "tags" }, tagsOf(note)));
  row.classList.toggle("active", index === list.active);
  row.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
  return row;
}

function tagsOf(note) {
  const tag = (kind, text) => make("span", { class: `tag ${kind}` }, text);
  return [
    note.review && tag("review", "Review"),
    note.kind === "extract" && tag("extract", "Extract"),
    note.status === "superseded" && tag("", "Superseded"),
    note.versions > 1 && tag("", plural(note.versions, "version")),
  ];
}

function drawRows() {
  const box = byId("list");
  const first = Math.max(0, Math.floor(box.scrollTop / ROW_HEIGHT) - SPARE_ROWS);
  const last = Math.min(list.places.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW_HEIGHT) + SPARE_ROWS);
  const rows = byId("rows");
  rows.style.height = `${list.places.length * ROW_HEIGHT}px`;
  rows.replaceChildren(...Array.from({ length: Math.max(0, last - first) }, (_, i) => rowOf(first + i)));
  if (!list.places.length) rows.append(make("p", { class: "empty" }, "No note passes these filters."));
  const active = list.places[list.active];
  if (byId(`row-${active}`)) box.setAttribute("aria-activedescendant", `row-${active}`);
  else box.removeAttribute("aria-activedescendant");
}

function listNotes(places) {
  const before = list.places[list.active];
  list.places = places;
  const still = places.indexOf(list.open ?? before);
  list.active = Math.max(0, still);
  byId("list").scrollTop = still < 0 ? 0 : byId("list").scrollTop;
  drawRows();
  if (still >= 0) bringIntoSight(list.active);
}

function bringIntoSight(index) {
  const box = byId("list");
  const top = index * ROW_HEIGHT;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW_HEIGHT > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW_HEIGHT - box.clientHeight;
  drawRows();
}

// Makes the row `step` rows further the active one, and returns its note's place.
function moveTo(index) {
  list.active = Math.min(Math.max(index, 0), list.places.length - 1);
  bringIntoSight(list.active);
  return list.places[list.active];
}

const rowsInSight = () => Math.max(1, Math.floor(byId("list").clientHeight / ROW_HEIGHT) - 1);

function buildList(open) {
  const box = byId("list");
  box.addEventListener("scroll", drawRows, { passive: true });
  new ResizeObserver(drawRows).observe(box);
  box.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (!row) return;
    const place = Number(row.dataset.place);
    list.active = list.places.indexOf(place);
    open(place);
  });
}
