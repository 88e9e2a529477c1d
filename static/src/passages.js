// Commenting on words: whoever selects some in an answer gets a button; it opens the section's form beside the passage with the words quoted.
// Offsets are those of the text that is seen, in Unicode code points as the server counts them; what is no text of the answer is left out.

const ASIDE = "[data-not-text]";

function textNodes(box) {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT, (node) => (node.parentElement.closest(ASIDE) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

function count(text) {
  return [...text].length;
}

// The stretch without white space at its ends, and without half a word there.
function wholeWords(text, from, to) {
  const part = text.slice(from, to);
  let start = from + part.length - part.trimStart().length;
  let end = to - (part.length - part.trimEnd().length);
  const letter = (at) => /[\p{L}\p{N}]/u.test(text[at] ?? "") || /[\ud800-\udfff]/.test(text[at] ?? "");
  while (start > 0 && letter(start) && letter(start - 1)) start -= 1;
  while (end < text.length && letter(end - 1) && letter(end)) end += 1;
  return [start, end];
}

// The selected part of one answer: its path, the words and where they begin. Null where nothing is selected, or more than one answer.
export function selectedPassage() {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const first = range.startContainer.nodeType === Node.TEXT_NODE ? range.startContainer.parentElement : range.startContainer;
  const box = first.closest?.("[data-document] [data-passage]");
  if (!box) return null;
  const last = range.endContainer.nodeType === Node.TEXT_NODE ? range.endContainer.parentElement : range.endContainer;
  // A double click on the last word ends at the start of what follows.
  if (!box.contains(last) && range.endOffset > 0) return null;
  let text = "";
  let start = -1;
  let end = 0;
  for (const node of textNodes(box)) {
    const from = node === range.startContainer ? range.startOffset : range.comparePoint(node, 0) < 0 ? node.length : 0;
    const to = node === range.endContainer ? range.endOffset : range.comparePoint(node, node.length) > 0 ? (range.comparePoint(node, 0) > 0 ? 0 : node.length) : node.length;
    if (from < to) {
      if (start < 0) start = text.length + from;
      end = text.length + to;
    }
    text += node.data;
  }
  if (start < 0 || !text.slice(start, end).trim()) return null;
  [start, end] = wholeWords(text, start, end);
  return { box, path: box.dataset.passage, quote: text.slice(start, end), start: count(text.slice(0, start)), area: range.getBoundingClientRect() };
}

function hidden(form, name, value) {
  let input = form.querySelector(`input[type="hidden"][name="${name}"][data-from-selection]`);
  if (!input) {
    input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.dataset.fromSelection = "";
    form.append(input);
  }
  input.value = value;
}

function forget(form) {
  for (const input of form.querySelectorAll("[data-from-selection]")) input.remove();
}

// Says in a section's form which words of which answer are meant, and lets one write.
export function quoteIn(composer, { field, row, column, quote }) {
  const form = composer.querySelector("form");
  forget(form);
  const about = form.querySelector("select[name='field']");
  if (about) about.value = field;
  if (row) hidden(form, "row", row);
  if (column) hidden(form, "column", column);
  const words = form.querySelector("textarea[name='quote']");
  words.value = quote;
  words.closest("details").open = true;
  const suggest = form.querySelector("a[data-suggest]");
  const path = [form.elements.section.value, field, ...(row ? [row, column] : [])].join(".");
  if (suggest) suggest.href = `${suggest.href.split("?")[0]}?${new URLSearchParams({ at: path, kind: "passage", quote })}`;
  words.dispatchEvent(new Event("input", { bubbles: true }));
  composer.open = true;
  composer.scrollIntoView({ block: "nearest" });
  form.querySelector("textarea[name='body']").focus({ preventScroll: true });
}

// The section's own form, moved to beside the passage: there is one, so what was typed in it is never lost.
export function compose(found) {
  const section = found.box.closest(".document-section");
  const composer = section?.querySelector("details[data-new-thread]") ?? document.querySelector(`details#new-${CSS.escape(found.path.split(".")[0])}`);
  const form = composer?.querySelector("form");
  if (!form) return;
  const [, field, row, column] = found.path.split(".");
  forget(form);
  const about = form.querySelector("select[name='field']");
  if (about) about.value = field;
  if (row) hidden(form, "row", row);
  if (column) hidden(form, "column", column);
  hidden(form, "start", String(found.start));
  const quote = form.querySelector("textarea[name='quote']");
  quote.value = found.quote;
  quote.closest("details").open = true;
  quote.dispatchEvent(new Event("input", { bubbles: true }));
  const suggest = form.querySelector("a[data-suggest]");
  if (suggest) {
    const asked = new URLSearchParams({ at: found.path, kind: "passage", quote: found.quote, start: String(found.start) });
    suggest.href = `${suggest.href.split("?")[0]}?${asked}`;
  }
  beside(found.box, composer);
  composer.open = true;
  const body = form.querySelector("textarea[name='body']");
  composer.scrollIntoView({ block: "nearest" });
  body.focus({ preventScroll: true });
}

function beside(box, composer) {
  const place = box.closest(".read-field") ?? box.closest(".passage");
  const before = composer.closest(".passage-threads[data-composing]");
  let stack = place.querySelector(":scope > .passage-threads");
  if (!stack) {
    stack = document.createElement("div");
    stack.className = "passage-threads";
    stack.dataset.composing = "";
    place.append(stack);
  }
  stack.append(composer);
  if (before && before !== stack && before.children.length === 0) before.remove();
  place.closest("[data-document]").dispatchEvent(new Event("cowork:place"));
}

// Quoted by hand, or about another answer: what the selection said of the place is no longer true.
export function watchForms() {
  for (const form of document.querySelectorAll("[data-new-thread] form")) {
    form.addEventListener("input", (event) => {
      if (event.isTrusted && ["quote", "field"].includes(event.target.name)) forget(form);
    });
    form.addEventListener("change", (event) => {
      if (event.isTrusted && event.target.name === "field") forget(form);
    });
  }
}

export function tool() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-primary button-small selection-tool";
  button.textContent = "Comment";
  button.hidden = true;
  // A press must not take the selection away.
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  document.body.append(button);
  return button;
}

export function commentOnWords() {
  if (!document.querySelector("[data-document] details[data-new-thread]")) return;
  watchForms();
  const button = tool();
  let found = null;
  let waiting = 0;
  const look = () => {
    found = selectedPassage();
    button.hidden = !found;
    if (!found) return;
    const width = document.documentElement.clientWidth;
    button.style.insetBlockStart = `${found.area.bottom + window.scrollY + 6}px`;
    button.style.insetInlineStart = `${Math.max(8, Math.min(found.area.right + window.scrollX - 40, width - 110))}px`;
  };
  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 120);
  });
  button.addEventListener("click", () => {
    if (!found) return;
    button.hidden = true;
    compose(found);
  });
  for (const mark of document.querySelectorAll("mark[data-for]")) {
    mark.addEventListener("click", () => document.getElementById(mark.dataset.for)?.scrollIntoView({ block: "nearest" }));
    mark.addEventListener("pointerenter", () => document.getElementById(mark.dataset.for)?.setAttribute("data-near", ""));
    mark.addEventListener("pointerleave", () => document.getElementById(mark.dataset.for)?.removeAttribute("data-near"));
  }
}
