// Boxes that list the entries of another section: what is ticked is an answer like others, and what can be ticked changes while others write.

export class Links {
  constructor(box, map, key, writes) {
    this.box = box;
    this.map = map;
    this.key = key;
    this.writes = writes;
    if (writes && !this.isDefault) map.set(key, this.given());
    this.refresh();
    this.give = () => {
      const value = this.given();
      if (JSON.stringify(value) !== JSON.stringify(map.get(key) ?? [])) map.set(key, value);
    };
    box.addEventListener("change", this.give);
    this.lock(writes);
  }

  get inputs() { return [...this.box.querySelectorAll("input[type=checkbox]")]; }

  get isDefault() { return this.inputs.every((each) => each.checked === each.defaultChecked); }

  get kept() {
    const value = this.map.get(this.key);
    return Array.isArray(value) ? value : [];
  }

  // What is ticked, and what others ticked that this page does not list yet.
  given() {
    const shown = this.inputs;
    const known = new Set(shown.map((each) => each.value));
    return [...this.kept.filter((id) => !known.has(id)), ...shown.filter((each) => each.checked).map((each) => each.value)];
  }

  isChanged() { return !this.isDefault; }

  refresh() {
    const kept = new Set(this.kept);
    for (const each of this.inputs) each.checked = kept.has(each.value);
  }

  fill(entries) {
    fill(this.box, entries);
    this.refresh();
    this.lock(this.writes);
  }

  lock(writes) {
    this.writes = writes;
    for (const each of this.inputs) each.disabled = !writes;
  }

  focus() { (this.inputs[0] ?? this.box).focus(); }

  destroy() { this.box.removeEventListener("change", this.give); }
}

// One box for each entry, in their order: those that came, under the names they have now, without those that went.
export function fill(box, entries) {
  const place = box.querySelector(".choices");
  const had = new Map([...place.children].map((choice) => [choice.querySelector("input").value, choice]));
  const ids = new Set(entries.map(([id]) => id));
  for (const [id, choice] of had) if (!ids.has(id)) choice.remove();
  let before = null;
  for (const [id, name] of entries) {
    const choice = had.get(id) ?? made(box, id);
    const label = choice.querySelector("label");
    if (label.textContent !== name) label.textContent = name;
    // A long list has what is ticked first: what is there stays where it is.
    if (!choice.isConnected || (!place.classList.contains("choices-long") && choice.previousElementSibling !== before)) {
      if (before?.isConnected && before.parentElement === place) before.after(choice);
      else place.prepend(choice);
    }
    before = choice;
  }
  box.querySelector("[data-nothing]")?.toggleAttribute("hidden", entries.length > 0);
}

function made(box, id) {
  const choice = document.createElement("div");
  choice.className = "choice";
  const input = document.createElement("input");
  input.type = "checkbox";
  input.name = box.dataset.name;
  input.id = `${box.dataset.name}-${id}`;
  input.value = id;
  const label = document.createElement("label");
  label.htmlFor = input.id;
  choice.append(input, label);
  return choice;
}
