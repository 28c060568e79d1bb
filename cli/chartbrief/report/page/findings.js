// Findings: marked in the summary, and told in a list with the nearest place of the note.

const SEVERITIES = { severe: "Severe", moderate: "Moderate", minor: "Minor" };
const severityOf = (finding) => (finding.severity in SEVERITIES ? finding.severity : "minor");

const findingMarks = (findings, prefix) => findings.map((finding, i) => ({
  span: finding.span, key: `${prefix}${i}`, kind: `finding ${severityOf(finding)}`, number: i + 1,
}));

const findingPlaces = (findings, prefix) => findings.flatMap((finding, i) => (
  finding.place ? [{ span: finding.place, key: `${prefix}${i}`, kind: "near" }] : []
));

function findingList(findings, said, version, prefix, links) {
  return make("ol", { class: "findings" }, findings.map((finding, i) => {
    const severity = severityOf(finding);
    const button = make("button", { type: "button", class: `told ${severity}` },
      make("span", { class: "severity" }, `${SEVERITIES[severity]}, ${finding.kind}`),
      make("q", { class: "quoted" }, outside(cutOf(said, finding.span))),
      make("span", { class: "why" }, outside(finding.why)),
      make("span", { class: "nearest" }, ...nearest(finding, version)));
    links.add(`${prefix}${i}`, button);
    links.listen(button, [`${prefix}${i}`]);
    return make("li", {}, button);
  }));
}

function nearest(finding, version) {
  if (!finding.place) return ["The note says nothing like it."];
  if (version.text === null) return ["The note has a near place, but its text is not in this folder."];
  return ["Nearest in the note: ", make("q", {}, outside(brief(cutOf(version.text, finding.place))))];
}
