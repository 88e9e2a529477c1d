// The words that open comments are about, marked in the text that one writes. They are looked for with what stands before and after them,
// and marked where exactly one place is meant; from there on they go with the text, as others and oneself change it.

import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";

const GIVEN = StateEffect.define();
const ENOUGH = 16;

// What marks make words bold or a list stands between the letters of the text and not between those that a reader sees.
const letters = (text) => text.replace(/[^\p{L}\p{N}]/gu, "");

function* places(text, words) {
  const wanted = words.trim().split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("\\s+");
  if (!wanted) return;
  for (const found of text.matchAll(new RegExp(wanted, "gu"))) yield [found.index, found.index + found[0].length];
}

// Where the words stand, or null where none or several places could be meant. Offsets are UTF-16 units, as the editor counts.
export function locate(text, { words, before, after }) {
  const [wantedBefore, wantedAfter] = [letters(before).slice(-ENOUGH), letters(after).slice(0, ENOUGH)];
  const found = [...places(text, words)].filter(([from, to]) => (
    letters(text.slice(Math.max(0, from - 8 * ENOUGH), from)).endsWith(wantedBefore) && letters(text.slice(to, to + 8 * ENOUGH)).startsWith(wantedAfter)
  ));
  return found.length === 1 ? found[0] : null;
}

class Numbered extends WidgetType {
  constructor({ thread, number }) {
    super();
    this.thread = thread;
    this.number = number;
  }

  eq(other) { return other.thread === this.thread; }

  toDOM() {
    const link = document.createElement("a");
    link.className = "mark-link";
    link.href = `#thread-${this.thread}`;
    // With the keyboard one goes from the line above the answer to its comments, and from the words quoted there back.
    link.tabIndex = -1;
    const what = document.createElement("span");
    what.className = "sr-only";
    what.textContent = "Comment ";
    link.append(what, String(this.number));
    return link;
  }

  ignoreEvent() { return true; }
}

function drawn(passages) {
  const found = [];
  for (const each of passages) {
    if (!each.at) continue;
    const [from, to] = each.at;
    found.push(Decoration.mark({ class: "quoted", attributes: { "data-for": `thread-${each.thread}` } }).range(from, to));
    found.push(Decoration.widget({ widget: new Numbered(each), side: 1 }).range(to));
  }
  return Decoration.set(found, true);
}

// Words that were cut or written over are looked for again: they come back when that is undone.
function carried({ at, ...passage }, change) {
  let [from, to] = at ? [change.changes.mapPos(at[0], 1), change.changes.mapPos(at[1], -1)] : [0, 0];
  if (at) {
    change.changes.iterChanges((start, end, newStart, newEnd) => {
      if (start <= at[0] && at[0] < end) from = newEnd;
      if (start < at[1] && at[1] <= end) to = newStart;
    });
  }
  return { ...passage, at: from < to ? [from, to] : locate(change.newDoc.toString(), passage) };
}

export const PASSAGES = StateField.define({
  create: () => ({ passages: [], marks: Decoration.none }),
  update(value, change) {
    let { passages } = value;
    if (change.docChanged && passages.length > 0) passages = passages.map((each) => carried(each, change));
    for (const effect of change.effects) {
      if (effect.is(GIVEN)) passages = effect.value.map((each) => ({ ...each, at: locate(change.newDoc.toString(), each) }));
    }
    return passages === value.passages ? value : { passages, marks: drawn(passages) };
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.marks),
});

export function mark(view, passages) { view.dispatch({ effects: GIVEN.of(passages) }); }

// Select the words of a thread, where they are marked; false where they are not.
export function showWords(view, thread) {
  const at = view.state.field(PASSAGES).passages.find((each) => each.thread === thread)?.at;
  if (!at) return false;
  view.focus();
  view.dispatch({ selection: { anchor: at[0], head: at[1] }, effects: EditorView.scrollIntoView(at[0], { y: "center" }) });
  return true;
}
