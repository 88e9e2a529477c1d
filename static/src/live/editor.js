// A text that several people write at once: CodeMirror over the control of the form, which keeps the value for everything else on the page.

import { defaultKeymap } from "@codemirror/commands";
import { Compartment, EditorState, RangeSetBuilder, StateEffect } from "@codemirror/state";
import { Decoration, EditorView, keymap, ViewPlugin, WidgetType } from "@codemirror/view";
import { StyleModule } from "style-mod";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import * as Y from "yjs";

import { markdownOf } from "../pasted.js";
import { mark, PASSAGES, showWords } from "./marks.js";
import { become } from "./plain.js";

// CodeMirror would put its rules into <style> elements, which the page's security policy refuses; sheets made by a script it allows.
StyleModule.mount = (root, modules) => {
  const page = root.ownerDocument ?? root;
  for (const module of [modules].flat()) {
    if (module.mountedHere) continue;
    module.mountedHere = true;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(module.getRules());
    page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet];
  }
};

const LOOKS = EditorView.theme({
  "&": { color: "var(--ink)", background: "var(--surface)" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "0" },
  // The names at others' cursors stand out over the upper edge.
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "1.45", overflow: "visible" },
  ".cm-content": { padding: "0.45rem 0", caretColor: "var(--ink)" },
  // As high as the control was. The style sheet of the page cannot say it: its layers yield to these rules.
  "&[data-rows='2'] .cm-content": { minHeight: "3.8rem" },
  "&[data-rows='3'] .cm-content": { minHeight: "5.1rem" },
  "&[data-rows='5'] .cm-content": { minHeight: "9rem" },
  ".cm-line": { padding: "0 0.7rem" },
});
const POINTED = StateEffect.define();
const PAUSE = 60;
const RESTS = 4000;

class Flag extends WidgetType {
  constructor(name, colour, moved) {
    super();
    this.moved = moved;
    this.name = name;
    this.colour = colour;
  }

  eq(other) { return other.name === this.name && other.colour === this.colour && other.moved === this.moved; }

  toDOM() {
    const caret = document.createElement("span");
    caret.className = `live-caret live-colour-${this.colour}`;
    caret.setAttribute("aria-hidden", "true");
    const flag = document.createElement("span");
    flag.className = "live-flag";
    flag.textContent = this.name;
    setTimeout(() => flag.classList.add("live-flag-rests"), RESTS);
    caret.append("\u2060", flag, "\u2060");
    return caret;
  }

  ignoreEvent() { return true; }
}

// The cursors and selections of others, by the ids of their connections.
function cursors(text, others) {
  const place = (json) => {
    if (!json) return null;
    const found = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(json), text.doc);
    return found?.type === text ? found.index : null;
  };
  const marks = (view) => {
    const found = [];
    for (const { name, colour, at, moved } of others.values()) {
      const anchor = place(at.anchor);
      const head = place(at.head);
      if (anchor === null || head === null || Math.max(anchor, head) > view.state.doc.length) continue;
      if (anchor !== head) found.push([Math.min(anchor, head), Math.max(anchor, head), Decoration.mark({ class: `live-selection live-colour-${colour}` })]);
      found.push([head, head, Decoration.widget({ widget: new Flag(name, colour, moved), side: head - anchor > 0 ? -1 : 1 })]);
    }
    const builder = new RangeSetBuilder();
    for (const [from, to, mark] of found.sort((a, b) => a[0] - b[0] || a[2].startSide - b[2].startSide)) builder.add(from, to, mark);
    return builder.finish();
  };
  return ViewPlugin.fromClass(class {
    constructor(view) { this.decorations = marks(view); }

    update(update) {
      const pointed = update.transactions.some((one) => one.effects.some((effect) => effect.is(POINTED)));
      if (update.docChanged || pointed) this.decorations = marks(update.view);
    }
  }, { decorations: (plugin) => plugin.decorations });
}

function named(control) {
  const label = document.querySelector(`label[for="${CSS.escape(control.id)}"]`);
  const attributes = { role: "textbox", spellcheck: "true", autocapitalize: "sentences", autocorrect: "on" };
  if (label) {
    label.id ||= `${control.id}-label`;
    attributes["aria-labelledby"] = label.id;
  }
  for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
    if (control.hasAttribute(name)) attributes[name] = control.getAttribute(name);
  }
  attributes["aria-multiline"] = String(control.tagName === "TEXTAREA");
  return attributes;
}

// One line: what is pasted with line ends becomes one, and Enter does nothing.
const ONE_LINE = EditorState.transactionFilter.of((change) => {
  if (!change.docChanged || change.newDoc.lines === 1) return change;
  return [change, { changes: [...breaks(change.newDoc)].map((at) => ({ from: at, to: at + 1, insert: " " })), sequential: true }];
});

// What a word processor had as a list or in bold stays so, where the answer is Markdown.
const FORMATTED = EditorView.domEventHandlers({
  paste(event, view) {
    const text = view.state.readOnly ? "" : markdownOf(event.clipboardData);
    if (!text) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(text), { userEvent: "input.paste", scrollIntoView: true });
    return true;
  },
});

function* breaks(doc) {
  for (let line = 1; line < doc.lines; line += 1) yield doc.line(line).to;
}

export class Editor {
  constructor(control, text, { writes, point, markdown }) {
    this.control = control;
    this.text = text;
    this.others = new Map();
    this.locked = new Compartment();
    // What was typed into the plain control before the text was here.
    if (writes && control.value !== control.defaultValue && text.toString() === control.defaultValue) become(text, control.value);
    // What is put back from this device. The events of `repeat` do not bubble.
    control.addEventListener("input", (event) => { if (event.bubbles && !this.view.state.readOnly) become(text, control.value); });
    const focused = document.activeElement === control ? control.selectionStart : null;
    const single = control.tagName !== "TEXTAREA";
    let [timer, told, toldAt] = [0, "", 0];
    const tell = (view) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const { anchor, head } = view.state.selection.main;
        const place = (at) => Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, at));
        const now = view.hasFocus ? { anchor: place(anchor), head: place(head) } : null;
        // It stands before the same letter while one writes, so it is told anew only for the name beside it to be seen.
        if (JSON.stringify(now) === told && performance.now() < toldAt + RESTS / 2) return;
        [told, toldAt] = [JSON.stringify(now), performance.now()];
        point(now);
      }, PAUSE);
    };
    this.view = new EditorView({
      doc: text.toString(),
      extensions: [
        LOOKS,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of(named(control)),
        // CodeMirror writes the whole attribute anew, so what is not given here would be gone at the first focus.
        EditorView.editorAttributes.of({
          class: ["control", "live-text", ...[...control.classList].filter((name) => name.startsWith("control-"))].join(" "),
          "data-rows": String(control.rows ?? 1),
        }),
        this.locked.of(EditorState.readOnly.of(!writes)),
        yCollab(text, null, { undoManager: new Y.UndoManager(text) }),
        cursors(text, this.others),
        PASSAGES,
        markdown ? FORMATTED : [],
        keymap.of([...yUndoManagerKeymap, ...defaultKeymap.filter((each) => each.key !== "Mod-Enter" && !(single && each.key === "Enter"))]),
        single ? [ONE_LINE, keymap.of([{ key: "Enter", run: () => true }])] : [],
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.repeat();
          if (update.selectionSet || update.focusChanged || update.docChanged) tell(update.view);
        }),
      ],
    });
    this.show(focused);
  }

  show(focused) {
    const { control, view } = this;
    control.after(view.dom);
    const id = control.id;
    control.removeAttribute("id");
    control.hidden = true;
    control.dataset.live = id;
    view.contentDOM.id = id;
    document.querySelector(`label[for="${CSS.escape(id)}"]`)?.addEventListener("click", () => view.focus());
    this.repeat();
    if (focused !== null) {
      view.focus();
      view.dispatch({ selection: { anchor: Math.min(focused, view.state.doc.length) } });
    }
  }

  // The control has the same value, for counters and for a form that is sent; its event goes no further than itself.
  repeat() {
    this.control.value = this.text.toString();
    this.control.dispatchEvent(new Event("input"));
  }

  isChanged() { return this.control.value !== this.control.defaultValue; }

  // Every connection says the rights anew; most often they are what they were.
  lock(writes) {
    if (this.view.state.readOnly === writes) this.view.dispatch({ effects: this.locked.reconfigure(EditorState.readOnly.of(!writes)) });
  }

  // Where the cursors of others are now: those in this text are shown, those that were here and are elsewhere go.
  point(cursors, key) {
    let changed = false;
    for (const { id, name, colour, at } of cursors) {
      const here = at?.key === key && at.anchor;
      if (here) this.others.set(id, { name, colour, at, moved: performance.now() });
      changed = here || this.others.delete(id) || changed;
    }
    if (changed) this.view.dispatch({ effects: POINTED.of(null) });
  }

  // Forget the cursors of those who are gone.
  only(ids) {
    this.point([...this.others.keys()].filter((id) => !ids.has(id)).map((id) => ({ id, at: null })), "");
  }

  // The words that open comments are about.
  mark(passages) { if (passages.length > 0) mark(this.view, passages); }

  showWords(thread) { return showWords(this.view, thread); }

  focus() { this.view.focus(); }

  destroy() { this.view.destroy(); }
}
