// Commenting in the draft: who selects words in an answer that they write or read there gets the same button as on Review; it opens the form with
// the answer chosen and the words quoted. So does the form's own opener, and ctrl+alt+m.

import { quoteIn, tool, watchForms } from "./passages.js";

const NAME = /^a-([a-z0-9_]+)(?:-(\d+)-([a-z0-9_]+))?$/;
const NOT_WORDS = ".live-caret, .mark-link, .cm-widgetBuffer";

function placeOf(control) {
  const [, field, row, column] = NAME.exec(control?.name ?? "") ?? [];
  if (!field) return null;
  const id = row && control.form?.elements[`a-${field}-${row}-id`]?.value;
  return row && !id ? null : { field, row: id ?? "", column: column ?? "" };
}

// What is selected in an editor, without the names of those who write beside one. White space counts as one space anyway.
function inEditor() {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const at = range.commonAncestorContainer;
  const editor = (at.nodeType === Node.TEXT_NODE ? at.parentElement : at).closest?.(".section-form .cm-content")?.closest(".cm-editor");
  const place = editor && placeOf(editor.previousElementSibling);
  if (!place) return null;
  const part = range.cloneContents();
  for (const name of part.querySelectorAll(NOT_WORDS)) name.remove();
  const lines = [...part.querySelectorAll(".cm-line")];
  const quote = (lines.length ? lines.map((line) => line.textContent).join(" ") : part.textContent).trim();
  return quote ? { ...place, quote, area: range.getBoundingClientRect() } : null;
}

function inControl() {
  const control = document.activeElement;
  if (!control?.matches?.(".section-form :is(textarea, input[type=text])") || control.selectionStart === control.selectionEnd) return null;
  const place = placeOf(control);
  const quote = control.value.slice(control.selectionStart, control.selectionEnd).trim();
  return place && quote ? { ...place, quote, area: control.getBoundingClientRect() } : null;
}

// Words of an answer that one only reads here.
function inReading() {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const at = range.commonAncestorContainer;
  const answer = (at.nodeType === Node.TEXT_NODE ? at.parentElement : at).closest?.(".section-form .question-read[id^='a-']");
  const quote = answer ? selection.toString().trim() : "";
  return quote ? { field: answer.id.slice(2), row: "", column: "", quote, area: range.getBoundingClientRect() } : null;
}

function selectedWords() { return inEditor() ?? inReading() ?? inControl(); }

export function commentWhileWriting() {
  const composer = document.querySelector(".page-aside details[data-new-thread]");
  if (!composer || !document.querySelector(".section-form")) return;
  watchForms();
  const button = tool();
  let found = null;
  let waiting = 0;
  const write = (words) => {
    button.hidden = true;
    quoteIn(composer, words);
  };
  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      found = inEditor() ?? inReading();
      button.hidden = !found;
      if (!found) return;
      const width = document.documentElement.clientWidth;
      button.style.insetBlockStart = `${found.area.bottom + window.scrollY + 6}px`;
      button.style.insetInlineStart = `${Math.max(8, Math.min(found.area.right + window.scrollX - 40, width - 110))}px`;
    }, 250);
  });
  button.addEventListener("click", () => { if (found) write(found); });
  // A press on the opener takes the selection away: what was selected is read before.
  composer.querySelector("summary").addEventListener("pointerdown", () => {
    const words = selectedWords();
    if (words && !composer.open) composer.addEventListener("toggle", () => { if (composer.open) write(words); }, { once: true });
  });
  document.addEventListener("keydown", (event) => {
    if (event.code !== "KeyM" || !event.altKey || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    const words = selectedWords();
    if (words) write(words);
    else {
      composer.open = true;
      composer.querySelector("textarea[name='body']").focus();
    }
  });
}
