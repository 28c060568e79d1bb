// Which notes are listed. Filters combine; the counts beside a filter's choices heed all the others.

const NONE = "(none)";
const GROUP_KINDS = { similarity: "Alike in all their diagnoses", category: "With a code of the same category" };
const FACETS = [
  { name: "review", label: "Review", of: (note) => [note.review ? "Needs review" : "Nothing found"] },
  { name: "kind", label: "Summary", of: (note) => [note.kind === "extract" ? "Extract of the note" : "Model's"] },
  { name: "finding", label: "Finding", of: (note) => [...new Set(note.findings.map(([kind]) => kind))] },
  { name: "type", label: "Note type", of: (note) => [note.type || NONE] },
  { name: "category", label: "Code", of: (note) => note.categories,
    say: (value) => `${value} ${folder.categories[value]}` },
  { name: "group", label: "Group", of: (note) => note.groups.map(String),
    say: (value) => folder.groups[value].label, section: (value) => GROUP_KINDS[folder.groups[value].kind] || "Others" },
];
const ORDERS = {
  "review first": (a, b) => notes[b].review - notes[a].review || notes[b].risk - notes[a].risk || a - b,
  "as dropped": (a, b) => a - b,
  "newest note first": (a, b) => (notes[b].at > notes[a].at) - (notes[b].at < notes[a].at) || a - b,
};
// Milliseconds after the last letter: a search through all texts takes longer than typing one.
const SEARCH_DELAY = 120;
const filters = { words: [], chosen: {}, order: "review first", timer: 0 };
const selects = {};
let whenFiltered = () => {};

const facetValues = FACETS.map((facet) => notes.map(facet.of));

function passes(place, except) {
  return FACETS.every((facet, i) => {
    const wanted = filters.chosen[facet.name];
    return i === except || !wanted || facetValues[i][place].includes(wanted);
  });
}

function found() {
  const all = notes.map((_, place) => place);
  return filters.words.length ? all.filter((place) => filters.words.every((w) => haystack(place).includes(w))) : all;
}

function applyFilters() {
  const searched = found();
  const listed = searched.filter((place) => passes(place, -1));
  FACETS.forEach((facet, i) => labelChoices(facet, i, searched));
  const isFiltered = filters.words.length || Object.values(filters.chosen).some(Boolean);
  byId("clear").hidden = !isFiltered;
  byId("count").replaceChildren(
    isFiltered ? `${number(listed.length)} of ${plural(notes.length, "note")}` : plural(notes.length, "note"),
    `, ${number(listed.filter((place) => notes[place].review).length)} to review`,
  );
  whenFiltered(listed.sort(ORDERS[filters.order]));
}

function labelChoices(facet, i, searched) {
  const select = selects[facet.name];
  if (!select) return;
  const counts = new Map();
  let whole = 0;
  for (const place of searched) {
    if (!passes(place, i)) continue;
    whole += 1;
    for (const value of facetValues[i][place]) counts.set(value, (counts.get(value) || 0) + 1);
  }
  for (const option of select.options) {
    const count = option.value ? counts.get(option.value) || 0 : whole;
    option.textContent = `${option.dataset.label} (${number(count)})`;
    option.disabled = !count && option.value !== select.value;
  }
}

function choose(name, value) {
  filters.chosen[name] = value;
  selects[name].value = value;
  selects[name].classList.toggle("chosen", Boolean(value));
  applyFilters();
}

function clearFilters() {
  byId("search").value = "";
  filters.words = [];
  for (const [name, select] of Object.entries(selects)) {
    filters.chosen[name] = select.value = "";
    select.classList.remove("chosen");
  }
  applyFilters();
}

function facetSelect(facet, i) {
  const values = [...new Set(facetValues[i].flat())].sort(facet.name === "group" ? (a, b) => a - b : undefined);
  if (!values.length) return null;
  const option = (value, label) => make("option", { value, "data-label": label }, label);
  const say = facet.say || ((value) => value);
  const select = make("select", { id: `by-${facet.name}`, "aria-label": facet.label, onchange: () => choose(facet.name, select.value) },
    option("", `${facet.label}: all`), sections(facet, values, (value) => option(value, say(value))));
  selects[facet.name] = select;
  return select;
}

function sections(facet, values, optionOf) {
  if (!facet.section) return values.map(optionOf);
  const labels = [...new Set(values.map(facet.section))];
  return labels.map((label) => make("optgroup", { label }, values.filter((value) => facet.section(value) === label).map(optionOf)));
}

function orderSelect() {
  const select = make("select", { id: "order", "aria-label": "Order" }, Object.keys(ORDERS).map((name) => make("option", { value: name }, `Order: ${name}`)));
  select.addEventListener("change", () => { filters.order = select.value; applyFilters(); });
  return select;
}

function searchNow() {
  clearTimeout(filters.timer);
  filters.words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  whenRead(applyFilters);
}

function buildFilters(listener) {
  whenFiltered = listener;
  const form = byId("filters");
  form.append(...FACETS.map(facetSelect).filter(Boolean), orderSelect());
  form.append(make("button", { type: "button", id: "clear", hidden: true, onclick: clearFilters }, "Clear filters"));
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("search").addEventListener("input", () => {
    clearTimeout(filters.timer);
    filters.timer = setTimeout(searchNow, SEARCH_DELAY);
  });
  applyFilters();
}
