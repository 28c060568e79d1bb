// Charts: bars of SVG in percent of their width, with their labels as text beside them, so that they fit any width.

const STEPS = {
  model: "Model", collect: "Check and collect", publish: "Tables, codes, groups", stage: "Parse and stage", plan: "Plan",
  job: "Job around the model", write: "Write outputs", idle: "Wait",
};

// `parts`: {size, kind}; returns one bar, `whole` wide.
function bar(parts, whole, label, height = 14) {
  let x = 0;
  const rects = parts.filter((part) => part.size > 0).map((part) => {
    const width = (100 * part.size) / whole;
    const rect = draw("rect", { x: `${x}%`, y: 0, width: `${width}%`, height, class: `part ${part.kind}` },
      draw("title", {}, part.title || ""));
    x += width;
    return rect;
  });
  return draw("svg", { class: "bar", role: "img", "aria-label": label, width: "100%", height },
    draw("rect", { x: 0, y: 0, width: "100%", height, class: "ground" }), rects);
}

const swatch = (kind) => draw("svg", { class: "swatch", width: 12, height: 12, "aria-hidden": "true" },
  draw("rect", { width: 12, height: 12, class: `part ${kind}` }));

const legend = (entries) => make("p", { class: "legend" }, entries.map(([kind, text]) => make("span", {}, swatch(kind), text)));

const hatch = () => draw("svg", { width: 0, height: 0, "aria-hidden": "true", class: "patterns" }, draw("defs", {},
  ["review", "severe", "moderate"].map((kind) => draw("pattern", { id: `hatch-${kind}`, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    draw("rect", { width: 5, height: 5, class: `hatched ${kind}` }), draw("rect", { width: 1.5, height: 5, class: "stripe" })))));

function figure(title, aside, ...content) {
  return make("figure", {}, make("figcaption", {}, make("b", {}, title), aside && make("span", {}, aside)), ...content);
}

function timeChart(run) {
  const steps = Object.entries(run.steps || {}).filter(([, value]) => value >= 0.05);
  const whole = steps.reduce((sum, [, value]) => sum + value, 0);
  if (!whole) return null;
  const say = ([step, value]) => `${STEPS[step] || step} ${seconds(value)}, ${percent(value, whole)}`;
  const parts = steps.map((step) => ({ size: step[1], kind: `step ${step[0]}`, title: say(step) }));
  const rate = run.notes_per_second ? `, ${run.notes_per_second.toFixed(1)} notes a second` : "";
  return figure("Where the time went", `${seconds(run.seconds)}${rate}`,
    bar(parts, whole, `Time by step: ${steps.map(say).join("; ")}`, 20),
    make("ul", { class: "key" }, steps.map((step) => make("li", {}, swatch(`step ${step[0]}`), make("span", {}, STEPS[step[0]] || step[0]),
      make("b", {}, seconds(step[1])), make("span", { class: "soft" }, percent(step[1], whole))))));
}

function barRow(name, parts, largest, value) {
  const label = `${name}: ${parts.map((part) => part.title).join(", ")}`;
  return make("div", { class: "bar-row" }, make("span", { class: "bar-name" }, outside(name)), bar(parts, largest, label), make("span", { class: "bar-value" }, value));
}

const MOST_BARS = 9;
const RANKS = ["severe", "moderate", "minor"];

function typeChart() {
  const types = new Map();
  for (const note of notes) {
    const type = types.get(note.type || "No type") || { clean: 0, review: 0, extract: 0, whole: 0 };
    type[note.kind === "extract" ? "extract" : note.review ? "review" : "clean"] += 1;
    type.whole += 1;
    types.set(note.type || "No type", type);
  }
  const sorted = [...types].sort((a, b) => b[1].whole - a[1].whole);
  if (!sorted.length) return null;
  const asked = notes.filter((note) => note.review).length;
  return figure("Notes by type", `${percent(asked, notes.length)} to review`,
    legend([["clean", "Nothing found"], ["review", "Model's summary to review"], ["extract", "Extract in its place"]]),
    sorted.slice(0, MOST_BARS).map(([name, type]) => barRow(name, [
      { size: type.clean, kind: "clean", title: `${type.clean} with nothing found` },
      { size: type.review, kind: "review", title: `${type.review} to review` },
      { size: type.extract, kind: "extract", title: plural(type.extract, "extract") },
    ], sorted[0][1].whole, number(type.whole))),
    sorted.length > MOST_BARS && make("p", { class: "soft" }, `and ${sorted.length - MOST_BARS} more types`));
}

function categoryChart() {
  const counts = new Map();
  for (const note of notes) for (const category of note.categories) counts.set(category, (counts.get(category) || 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_BARS);
  if (!sorted.length) return null;
  return figure("Most frequent code categories", "candidates, by notes", sorted.map(([category, count]) => barRow(
    `${category} ${folder.categories[category]}`, [{ size: count, kind: "clean", title: plural(count, "note") }], sorted[0][1], number(count))));
}

// How many notes have a finding of a kind, by the severest of that kind in the note.
function findingChart() {
  const kinds = new Map();
  for (const note of notes) {
    const ranks = new Map();
    for (const [kind, severity] of note.findings) ranks.set(kind, Math.min(ranks.get(kind) ?? 2, RANKS.indexOf(severity)));
    for (const [kind, rank] of ranks) {
      if (!kinds.has(kind)) kinds.set(kind, [0, 0, 0]);
      kinds.get(kind)[Math.max(0, rank)] += 1;
    }
  }
  const whole = (counts) => counts.reduce((sum, count) => sum + count, 0);
  const sorted = [...kinds].sort((a, b) => whole(b[1]) - whole(a[1]));
  if (!sorted.length) return null;
  return figure("What was found", "by notes",
    legend(RANKS.map((severity) => [severity, SEVERITIES[severity]])),
    sorted.slice(0, MOST_BARS).map(([kind, counts]) => barRow(kind, RANKS.map((severity, i) => (
      { size: counts[i], kind: severity, title: `${counts[i]} ${severity}` })), whole(sorted[0][1]), number(whole(counts)))),
    sorted.length > MOST_BARS && make("p", { class: "soft" }, `and ${sorted.length - MOST_BARS} more kinds`));
}
