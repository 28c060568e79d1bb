// What belongs together lights up together: a clause and its evidence, a finding, a code, on whichever side it is met.

class Links {
  constructor(noteBox) {
    this.noteBox = noteBox;
    this.elements = new Map();
    this.pinned = [];
  }

  add(key, element) {
    if (!this.elements.has(key)) this.elements.set(key, []);
    this.elements.get(key).push(element);
  }

  // Pointing at `element`, or focusing it, lights `keys`; a click or Enter keeps them lit.
  listen(element, keys) {
    const light = () => this.light(keys, element);
    const dim = () => this.light(this.pinned, null);
    element.addEventListener("mouseenter", light);
    element.addEventListener("mouseleave", dim);
    element.addEventListener("focus", light);
    element.addEventListener("blur", dim);
    element.addEventListener("click", (event) => {
      event.stopPropagation();
      this.pin(keys, element);
    });
    if (element.tagName !== "BUTTON") {
      element.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        this.pin(keys, element);
      });
    }
  }

  pin(keys, from) {
    const isPinned = this.pinned.join() === keys.join();
    this.pinned = isPinned ? [] : keys;
    this.light(isPinned ? [] : keys, from);
  }

  // Returns whether there was anything to let go of.
  unpin() {
    const wasPinned = this.pinned.length > 0;
    this.pinned = [];
    this.light([], null);
    return wasPinned;
  }

  light(keys, from) {
    for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
    const lit = keys.flatMap((key) => this.elements.get(key) || []);
    for (const element of lit) element.classList.add("lit");
    if (from && !this.noteBox.contains(from)) this.show(lit.find((element) => this.noteBox.contains(element)));
  }

  show(element) {
    if (!element) return;
    const box = this.noteBox.getBoundingClientRect();
    const place = element.getBoundingClientRect();
    if (place.top < box.top || place.bottom > box.bottom) {
      this.noteBox.scrollTop += place.top - box.top - box.height / 3;
    }
  }
}
