// A text that several people write at once in its own control, for controls that something else listens to as well: the search for codes.

import * as Y from "yjs";

import { tellShown } from "../shown.js";

const HIGH = /[\ud800-\udbff]/;

// Where two texts differ: what both begin and end with is left out, and no letter of two units is cut.
function difference(now, wanted) {
  const most = Math.min(now.length, wanted.length);
  let head = 0;
  while (head < most && now[head] === wanted[head]) head += 1;
  if (head > 0 && HIGH.test(now[head - 1])) head -= 1;
  let tail = 0;
  while (tail < most - head && now.at(-1 - tail) === wanted.at(-1 - tail)) tail += 1;
  if (tail > 0 && HIGH.test(now[now.length - tail - 1] ?? "")) tail -= 1;
  return { head, gone: now.length - head - tail, fresh: wanted.slice(head, wanted.length - tail) };
}

// Turn the text into another one, leaving alone what both begin and end with.
export function become(text, wanted) {
  const now = text.toString();
  if (now === wanted) return;
  const { head, gone, fresh } = difference(now, wanted);
  text.doc.transact(() => {
    text.delete(head, gone);
    text.insert(head, fresh);
  });
}

export class Plain {
  constructor(control, text, writes) {
    this.control = control;
    this.text = text;
    this.undo = new Y.UndoManager(text);
    if (writes && control.value !== control.defaultValue && text.toString() === control.defaultValue) become(text, control.value);
    this.refresh = () => this.show();
    control.value = text.toString();
    control.addEventListener("input", () => become(text, control.value));
    control.addEventListener("keydown", (event) => this.key(event));
    text.observe(this.refresh);
    this.lock(writes);
  }

  // What others wrote; the caret stays between the letters where it was.
  show() {
    const { control } = this;
    const wanted = this.text.toString();
    if (control.value === wanted) return;
    const { head, gone, fresh } = difference(control.value, wanted);
    const kept = (at) => (at <= head ? at : at >= head + gone ? at + fresh.length - gone : head + fresh.length);
    const { selectionStart, selectionEnd, selectionDirection } = control;
    control.value = wanted;
    if (document.activeElement === control) control.setSelectionRange(kept(selectionStart), kept(selectionEnd), selectionDirection);
    tellShown(control);
  }

  // One's own changes are undone, and nobody else's: a browser forgets them when a value is set.
  key(event) {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !["y", "z"].includes(key) || this.control.disabled) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) this.undo.redo();
    else this.undo.undo();
  }

  lock(writes) {
    this.control.disabled = !writes;
    tellShown(this.control);
  }

  isChanged() { return this.control.value !== this.control.defaultValue; }

  focus() { this.control.focus(); }

  destroy() {
    this.text.unobserve(this.refresh);
    this.undo.destroy();
  }
}
