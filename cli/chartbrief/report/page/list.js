// The list of notes. Only the rows in sight exist: 5,000 of them would be slow to lay out.

const ROW_HEIGHT = 68;
const SPARE_ROWS = 6;
const list = { places: [], active: 0, open: null, rows: new Map() };

function rowOf(index) {
  const place = list.places[index];
  const note = notes[place];
  const row = make("div", {
    class: "row", role: "option", id: `row-${place}`, "aria-setsize": list.places.length, "aria-posinset": index + 1,
    "data-place": place,
  },
    make("span", { class: "id" }, outside(note.id)),
    make("span", { class: "about" }, outside([note.type || note.source.slice(0, Math.max(0, note.source.lastIndexOf("/"))), note.at.slice(0, 10)].filter(Boolean).join(", "))),
    make("span", { class: "said" }, outside(note.summary.replace(/\s*\n\s*/g, " · "))),
    make("span", { class: "tags" }, tagsOf(note)));
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

// Rows that stay in sight stay the same elements: a click on one must not get lost because the list was drawn again.
function drawRows() {
  const box = byId("list");
  const first = Math.max(0, Math.floor(box.scrollTop / ROW_HEIGHT) - SPARE_ROWS);
  const last = Math.min(list.places.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW_HEIGHT) + SPARE_ROWS);
  for (const [index, row] of list.rows) if (index < first || index >= last) dropRow(index, row);
  for (let index = first; index < last; index += 1) {
    if (!list.rows.has(index)) list.rows.set(index, byId("rows").appendChild(rowOf(index)));
    const row = list.rows.get(index);
    row.classList.toggle("active", index === list.active);
    row.setAttribute("aria-selected", String(list.places[index] === list.open));
  }
  const active = list.rows.get(list.active);
  if (active) box.setAttribute("aria-activedescendant", active.id);
  else box.removeAttribute("aria-activedescendant");
}

function dropRow(index, row) {
  row.remove();
  list.rows.delete(index);
}

function listNotes(places) {
  list.places = places;
  const still = list.open === null ? -1 : places.indexOf(list.open);
  list.active = Math.max(0, still);
  list.rows.clear();
  const nothing = make("p", { class: "empty" }, notes.length ? "No note passes these filters." : "No notes.");
  byId("rows").replaceChildren(...(places.length ? [] : [nothing]));
  byId("rows").style.height = `${places.length * ROW_HEIGHT}px`;
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
