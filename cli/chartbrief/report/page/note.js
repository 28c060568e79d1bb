// One note beside its summary: evidence, findings, codes, and where it all came from.

const shownNote = { links: null };

function evidenceMarks(version, inNote) {
  return version.evidence.flatMap((clause, i) => {
    const said = brief(cutOf(version.summary, clause.span));
    const kind = clause.places.length ? "clause" : "clause unsupported";
    const where = version.text === null ? "" : clause.places.map((p) => `“${brief(cutOf(version.text, p))}”`).join(", ");
    if (!inNote) {
      const label = clause.places.length ? `${said}. In the note: ${where}` : `${said}. No place in the note says this.`;
      return [{ span: clause.span, key: `e${i}`, kind, label }];
    }
    return clause.places.map((span, n) => ({ span, key: `e${i}`, kind: "evidence", label: n ? "" : `In the summary: ${said}` }));
  });
}

function codeMarks(version, side) {
  const candidates = version.codes ? version.codes.candidates : [];
  return candidates.flatMap((code, i) => code[side].map((span) => ({ span, key: `c${i}`, kind: "coded" })));
}

function noteColumn(version) {
  const box = make("div", { class: "text", id: "note-text", tabindex: "0", role: "region", "aria-label": "Note text" });
  const links = new Links(box);
  if (version.text === null) {
    box.append(make("p", { class: "empty" }, "This note's text is not in the folder: no run kept it. The summary's evidence cannot be shown."));
  } else {
    const rejected = version.rejected ? findingPlaces(version.rejected.findings, "r") : [];
    const marks = [...evidenceMarks(version, true), ...findingPlaces(version.findings, "f"), ...rejected, ...codeMarks(version, "places")];
    box.append(...markedText(version.text, marks, links));
  }
  return [make("section", { class: "column", "aria-label": "Note" }, make("h3", {}, "Note"), box), links];
}

function summaryColumn(version, links) {
  const marks = [...evidenceMarks(version, false), ...findingMarks(version.findings, "f"), ...codeMarks(version, "said")];
  const isExtract = version.kind === "extract";
  return make("section", { class: "column", id: "summary", "aria-label": "Summary" },
    make("h3", {}, isExtract ? "Extract of the note" : "Summary"),
    make("div", { class: "scroll" },
      isExtract && make("p", { class: "remark" }, "The note's own sentences, in place of the model's summary, which failed a check."),
      make("p", { class: `text said${isExtract ? " is-extract" : ""}` }, markedText(version.summary, marks, links)),
      evidenceShare(version),
      version.findings.length > 0 && make("h4", {}, plural(version.findings.length, "finding")),
      version.findings.length > 0 && findingList(version.findings, version.summary, version, "f", links),
      rejectedText(version, links),
      codeTable(version, links),
      factList(version)));
}

function evidenceShare(version) {
  if (!version.evidence.length) return null;
  const without = version.evidence.filter((clause) => !clause.places.length).length;
  const all = version.evidence.length;
  const text = without ? `${plural(without, "statement")} of ${all} without a place in the note (dotted).`
    : `${all === 1 ? "The one statement has" : `All ${all} statements have`} a place in the note.`;
  return make("p", { class: "share" }, `${text} Point at one, or reach it with Tab, to see where; Enter keeps it.`);
}

function rejectedText(version, links) {
  if (!version.rejected) return null;
  const { summary, findings } = version.rejected;
  return make("details", { class: "rejected" },
    make("summary", {}, `Rejected model text, ${plural(findings.length, "finding")}`),
    make("p", { class: "text" }, make("del", {}, markedText(summary, findingMarks(findings, "r"), links))),
    findingList(findings, summary, version, "r", links));
}

function codeTable(version, links) {
  if (!version.codes) return null;
  const { engine, candidates } = version.codes;
  const rows = candidates.map((candidate, i) => {
    const button = make("button", { type: "button", class: "code" }, candidate.code);
    const row = make("tr", {}, make("th", { scope: "row" }, button), make("td", {}, outside(candidate.title)),
      make("td", { class: "score" }, candidate.score.toFixed(2)));
    links.add(`c${i}`, row);
    links.listen(row, [`c${i}`]);
    links.listen(button, [`c${i}`]);
    return row;
  });
  return [make("h4", {}, "Candidate codes ", make("small", {}, `ICD-10-CM, ${engine}; a coder decides`)),
    candidates.length ? make("table", { class: "codes" },
      make("thead", { class: "unseen" }, make("tr", {}, ["Code", "Title", "Score"].map((t) => make("th", { scope: "col" }, t)))),
      make("tbody", {}, rows)) : make("p", { class: "share" }, "None: neither the summary nor the note names a diagnosis that can be coded.")];
}

function factList(version) {
  const facts = Object.entries(version.facts);
  return [make("h4", {}, "Record"), make("dl", { class: "facts" }, facts.flatMap(([name, value]) => [
    make("dt", {}, name), make("dd", {}, outside(name === "Written" || name === "Summarized" ? moment(value) : value)),
  ]))];
}

function pager() {
  const at = list.places.indexOf(list.open);
  const turn = (index, sign, label) => make("button", {
    type: "button", class: "chip", "aria-label": label, disabled: index < 0 || index >= list.places.length, onclick: () => step(index),
  }, sign);
  return make("span", { class: "pager" }, turn(at < 0 ? -1 : at - 1, "‹", "Previous note"),
    at < 0 ? "not in the list" : `${number(at + 1)} of ${number(list.places.length)}`, turn(at < 0 ? -1 : at + 1, "›", "Next note"));
}

function groupLine(note) {
  const chip = (group) => make("button", {
    type: "button", class: "chip", title: "List the notes of this group", onclick: () => choose("group", String(group)),
  }, outside(folder.groups[group].label), ` · ${plural(folder.groups[group].patients, "patient")}`);
  const isCategory = (group) => folder.groups[group].kind === "category";
  const [alike, same] = [note.groups.filter((group) => !isCategory(group)), note.groups.filter(isCategory)];
  if (!note.groups.length) return null;
  return make("div", { class: "line" }, make("span", { class: "about" }, "Patient groups"), alike.map(chip),
    same.length > 0 && make("details", { class: "same" }, make("summary", {}, `${number(same.length)} by code category`), same.map(chip)));
}

function noteHead(note, version, versions, openVersion) {
  return make("header", { id: "note-head" },
    make("div", { class: "line" }, make("h2", { id: "note-title", tabindex: "-1" }, outside(note.id)),
      make("span", { class: "about" }, outside([note.type, moment(note.at), note.patient && `patient ${note.patient}`].filter(Boolean).join(" · "))),
      make("span", { class: "tags" }, tagsOf(note)), pager()),
    versions.length > 1 && make("div", { class: "line", role: "group", "aria-label": "Versions" }, versions.map((each, i) => make("button", {
      type: "button", class: "chip", "aria-pressed": String(each === version), onclick: () => openVersion(i),
    }, i === 0 && each.status !== "superseded" ? "Current version" : `Superseded, ${moment(each.facts.Summarized)}`))),
    groupLine(note),
    version.status === "superseded" && make("p", { class: "remark" }, "Superseded: a newer text of this note was dropped later."),
    version.review && make("ul", { class: "reasons", "aria-label": "Why it needs review" },
      (version.reasons.length ? version.reasons : ["Marked for review."]).map((reason) => make("li", {}, outside(reason)))));
}

function drawNote(place, which, openVersion) {
  const versions = versionsOf(place);
  const version = versions[which];
  const [column, links] = noteColumn(version);
  shownNote.links = links;
  byId("note").replaceChildren(noteHead(notes[place], version, versions, openVersion),
    make("div", { id: "sides" }, column, summaryColumn(version, links)));
}
