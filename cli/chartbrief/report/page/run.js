// The books, the run's charts, what was quarantined, and the keys.

const COLUMNS = ["summarized", "quarantined", "duplicate", "superseded", "pending"];
const KEYS = [
  ["↓ ↑ or j k", "next, previous note"], ["Enter", "open the note; in it, keep what is lit"], ["Tab", "through statements, findings and codes"],
  ["Esc", "back to the list; again: close the note"], ["/", "search"],
];

const entry = (count, name, sign = "") => [sign && make("i", { "aria-hidden": "true" }, sign),
  make("span", { class: `entry ${name.replace(/ .*/, "")}${count ? "" : " zero"}` }, make("b", {}, number(count)), make("small", {}, name))];

const ignoredCount = (run) => Object.values(run.ignored || {}).reduce((sum, count) => sum + count, 0);

function ignoredLine(run) {
  const kinds = Object.entries(run.ignored || {}).sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
  const named = kinds.map(([kind, count]) => `${kind} ${number(count)}`).join(", ");
  return kinds.length && make("p", { class: "soft" }, `Ignored, since it tells no story: ${number(ignoredCount(run))} (${named}). It is not in the books.`);
}

function drawBooks() {
  const run = folder.run;
  const books = run ? [[make("small", {}, "Last run")], entry(run.received, "received"), COLUMNS.map((name, i) => entry(run[name], name, i ? "+" : "="))]
    : [[make("small", {}, "This folder")], entry(notes.length, "notes"), entry(folder.quarantine.length, "quarantined")];
  const beside = run && ignoredCount(run);
  if (beside) books.push(entry(beside, "ignored").filter(Boolean));
  byId("books").append(...books.flat(3).filter(Boolean));
  byId("books").setAttribute("role", "group");
  byId("books").setAttribute("aria-label", run ? "Books of the last run" : "Records in this folder");
}

function quarantineTable() {
  const rejected = folder.quarantine;
  if (!rejected.length) return [make("h2", {}, "Quarantined"), make("p", { class: "soft" }, "Nothing: every record could be used.")];
  const rows = rejected.map((record) => make("tr", {},
    make("th", { scope: "row" }, outside(record.source), make("small", {}, record.record ? `record ${record.record}` : "the whole file")),
    make("td", {}, outside(record.code), make("small", {}, record.stage === "inference" ? "while summarizing" : "while reading")),
    make("td", {}, outside(withoutPlace(record)))));
  return [make("h2", {}, `Quarantined `, make("small", {}, plural(rejected.length, "record"))), make("table", { class: "rejects" },
    make("thead", {}, make("tr", {}, ["Source", "Reason", "What to do"].map((t) => make("th", { scope: "col" }, t)))), make("tbody", {}, rows))];
}

function withoutPlace(record) {
  const place = [`${record.source}, record ${record.record}: `, `${record.source}: `].find((start) => record.reason.startsWith(start));
  const reason = place ? record.reason.slice(place.length) : record.reason;
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}

function holds() {
  const superseded = notes.reduce((sum, note) => sum + note.versions - 1, 0);
  const asked = notes.filter((note) => note.review).length;
  const extracts = notes.filter((note) => note.kind === "extract").length;
  const alike = folder.groups.filter((group) => group.kind === "similarity").length;
  if (!notes.length) return "The folder holds no note that was summarized.";
  const parts = [plural(notes.length, "note"), `${number(asked)} to review (${percent(asked, notes.length)})`, plural(extracts, "extract"),
    superseded && plural(superseded, "superseded version"), alike && plural(alike, "group of patients alike", "groups of patients alike")];
  return `The folder holds ${parts.filter(Boolean).join(", ")}.`;
}

function drawRun() {
  const run = folder.run;
  byId("run").append(hatch(), make("h2", {}, run ? "The last run" : "This folder", run && make("small", {}, ` ended ${moment(run.ended_at)}`)),
    make("p", {}, holds(), run ? "" : " The figures of its run were not kept."), run && ignoredLine(run) || "",
    make("div", { class: "charts" }, ...[run && timeChart(run), typeChart(), findingChart(), categoryChart()].filter(Boolean)),
    ...quarantineTable(),
    make("h2", {}, "Keys"), make("dl", { class: "keys" }, KEYS.flatMap(([key, what]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, what)])));
}
