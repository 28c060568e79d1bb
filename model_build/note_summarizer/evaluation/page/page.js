// Orders and filters the answers; without scripts they stand in the order of the biggest gain first.
(() => {
  const list = document.getElementById("notes");
  if (!list) return;
  const notes = [...list.children];
  const system = document.getElementById("system");
  const order = document.getElementById("order");
  const wanted = document.getElementById("find");
  const count = document.getElementById("count");
  const gain = (note) => Number(JSON.parse(note.dataset.gains)[system ? system.selectedIndex : 0]);
  const median = () => {
    const sorted = notes.map(gain).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  };
  const orders = {
    best: () => (a, b) => gain(b) - gain(a),
    worst: () => (a, b) => gain(a) - gain(b),
    median: () => { const m = median(); return (a, b) => Math.abs(gain(a) - m) - Math.abs(gain(b) - m); },
    file: () => (a, b) => a.dataset.record - b.dataset.record,
  };
  const show = () => {
    const text = wanted.value.trim().toLowerCase();
    notes.sort(orders[order.value]());
    let shown = 0;
    for (const note of notes) {
      note.hidden = Boolean(text) && !note.textContent.toLowerCase().includes(text);
      shown += note.hidden ? 0 : 1;
      list.append(note);
    }
    count.textContent = `${shown} of ${notes.length}`;
  };
  for (const control of [system, order]) if (control) control.addEventListener("change", show);
  wanted.addEventListener("input", show);
  document.getElementById("controls").hidden = false;
  show();
})();
