// The folder's data: rows at once, a note's versions when they are first asked for. The versions are the larger part of
// the file and stand behind this script, so that the list is there while the browser still reads them.

const parse = (id) => JSON.parse(byId(`data-${id}`).textContent);

const folder = parse("folder");
const notes = folder.notes;
const places = new Map(notes.map((note, place) => [note.uid, place]));
const chunks = new Map();
const haystacks = [];

function whenRead(action) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", action, { once: true });
  else action();
}

function versionsOf(place) {
  const number = Math.floor(place / folder.chunk);
  if (!chunks.has(number)) chunks.set(number, parse(`chunk-${number}`));
  return chunks.get(number)[place % folder.chunk];
}

// What a search looks through; made once for each note.
function haystack(place) {
  if (haystacks[place] === undefined) {
    const note = notes[place];
    const groups = note.groups.map((group) => folder.groups[group].label);
    const titles = note.categories.map((category) => folder.categories[category]);
    const text = versionsOf(place)[0].text || "";
    const parts = [note.id, note.patient, note.type, note.source, note.summary, text];
    haystacks[place] = [...parts, ...note.codes, ...titles, ...groups].join("\n").toLowerCase();
  }
  return haystacks[place];
}
