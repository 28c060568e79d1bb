// A text with stretches marked in it. Stretches may overlap: the text is cut wherever one begins or ends.

// `marks`: {span, key, kind, number?, label?, focus?}; those of a cut are its classes and its links.
function markedText(text, marks, links) {
  const edges = [...new Set([0, text.length, ...marks.flatMap((mark) => mark.span)])].sort((a, b) => a - b);
  const cuts = [];
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const [start, end] = [edges[i], edges[i + 1]];
    const over = marks.filter((mark) => mark.span[0] <= start && mark.span[1] >= end);
    const piece = text.slice(start, end);
    cuts.push(over.length ? markedCut(piece, over, start, end, links) : piece);
  }
  return cuts;
}

function markedCut(piece, over, start, end, links) {
  const cut = make("span", { class: [...new Set(over.map((mark) => mark.kind))].join(" ") }, piece);
  const numbers = over.filter((mark) => mark.number && mark.span[1] === end).map((mark) => mark.number);
  if (numbers.length) cut.dataset.number = numbers.join(",");
  const keys = over.map((mark) => mark.key);
  for (const key of keys) links.add(key, cut);
  const begun = over.find((mark) => mark.label && mark.span[0] === start);
  if (begun) fill(cut, { tabindex: "0", role: "button", "aria-label": begun.label }, []);
  links.listen(cut, keys);
  return cut;
}

const cutOf = (text, span) => text.slice(span[0], span[1]);

const brief = (text, length = 90) => (text.length > length ? `${[...text].slice(0, length).join("")} …` : text);
