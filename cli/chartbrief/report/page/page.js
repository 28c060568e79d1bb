// Start: which note is open (the address says), and the keys.

const isNarrow = () => window.matchMedia("(max-width: 1099px)").matches;
const inNote = () => byId("note").contains(document.activeElement);

function view(name) {
  document.body.dataset.view = name;
  byId("show-run").setAttribute("aria-pressed", String(name === "run" || (name === "list" && !isNarrow())));
  byId("show-list").setAttribute("aria-pressed", String(name === "list"));
}

function openNote(place, which = 0, keepsAddress = false) {
  const version = versionsOf(place)[which];
  list.open = place;
  byId("note").hidden = false;
  byId("run").hidden = true;
  drawNote(place, which, (other) => openNote(place, other));
  view("note");
  if (list.places.includes(place)) moveTo(list.places.indexOf(place));
  else drawRows();
  if (!keepsAddress) {
    history.replaceState(null, "", `#note=${notes[place].uid}${which ? `&version=${version.sha.slice(0, 12)}` : ""}`);
  }
  document.title = `${notes[place].id} · Chartbrief report`;
}

function closeNote(next = "list") {
  list.open = null;
  shownNote.links = null;
  byId("note").hidden = true;
  byId("note").replaceChildren();
  byId("run").hidden = false;
  history.replaceState(null, "", location.pathname + location.search);
  document.title = "Chartbrief report";
  view(next);
  drawRows();
  byId(next === "list" ? "list" : "run").focus({ preventScroll: true });
}

function openAddress() {
  const [, uid, sha] = location.hash.match(/^#note=([0-9a-zA-Z._-]+)(?:&version=([0-9a-f]+))?$/) || [];
  const place = places.get(uid);
  if (place === undefined) return;
  const which = sha ? versionsOf(place).findIndex((version) => version.sha.startsWith(sha)) : 0;
  openNote(place, Math.max(0, which), true);
}

function step(index) {
  if (!list.places.length) return;
  if (document.activeElement === document.body) byId("list").focus({ preventScroll: true });
  const place = moveTo(index);
  if (list.open !== null) {
    const wasInNote = inNote();
    openNote(place);
    if (wasInNote) byId("note-title").focus({ preventScroll: true });
  }
}

function enter() {
  if (!list.places.length) return;
  openNote(list.places[list.active]);
  byId("note-title").focus({ preventScroll: true });
}

function escape() {
  if (shownNote.links && shownNote.links.unpin()) return;
  if (inNote() && !isNarrow()) byId("list").focus({ preventScroll: true });
  else if (list.open !== null) closeNote();
  else byId("list").focus({ preventScroll: true });
}

function leaveTyping() {
  if (document.activeElement === byId("search")) searchNow();
  byId("list").focus({ preventScroll: true });
}

const STEPS_OF = {
  j: () => list.active + 1, k: () => list.active - 1, ArrowDown: () => list.active + 1, ArrowUp: () => list.active - 1,
  PageDown: () => list.active + rowsInSight(), PageUp: () => list.active - rowsInSight(), Home: () => 0, End: () => list.places.length - 1,
};
const ANYWHERE = ["j", "k"];

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isFree = [byId("list"), document.body].includes(document.activeElement);
  const isTyping = ["INPUT", "SELECT", "TEXTAREA"].includes(document.activeElement.tagName);
  if (event.key === "Escape" || (isTyping && event.key === "Enter" && document.activeElement.tagName === "INPUT")) {
    if (isTyping) leaveTyping();
    else escape();
  } else if (isTyping) return;
  else if (event.key === "/") byId("search").focus();
  else if (event.key === "Enter" && isFree) whenRead(enter);
  else if (event.key in STEPS_OF && (isFree || ANYWHERE.includes(event.key))) step(STEPS_OF[event.key]());
  else return;
  event.preventDefault();
}

byId("folder").append(outside(folder.folder));
byId("written").append(`Written ${moment(folder.written_at)}`);
drawBooks();
drawRun();
buildList((place) => whenRead(() => openNote(place)));
buildFilters((places) => {
  listNotes(places);
  const shown = byId("note").querySelector(".pager");
  if (shown) shown.replaceWith(pager());
});
byId("show-run").addEventListener("click", () => closeNote("run"));
byId("show-list").addEventListener("click", () => { if (list.open !== null) closeNote(); view("list"); byId("list").focus(); });
document.addEventListener("keydown", onKey);
window.addEventListener("hashchange", openAddress);
view("list");
whenRead(openAddress);
requestAnimationFrame(() => setTimeout(() => performance.mark("listed")));
