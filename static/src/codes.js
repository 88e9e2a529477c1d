// Searching for codes while one types. Without it, the button "Find a code" leads to the same search, and long lists are ordinary
// selects and boxes: they stay in the page and keep the value, so that saving and keeping text know nothing of this.

import { announcer, combobox } from "./combobox.js";
import { whenShown } from "./shown.js";

const LONG = 15;
const answers = new Map();

async function found(list, words, signal) {
  const address = `/codes/${encodeURIComponent(list)}?q=${encodeURIComponent(words)}`;
  if (!answers.has(address)) {
    const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    answers.set(address, await answer.json());
  }
  return answers.get(address);
}

function put(control, value) {
  if (!control || control.disabled) return false;
  if (control instanceof RadioNodeList) {
    if (![...control].some((one) => one.value === value)) return false;
    control.value = value;
    [...control].find((one) => one.checked)?.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }
  if (control.tagName === "SELECT" && ![...control.options].some((option) => option.value === value)) return false;
  control.value = value;
  for (const kind of ["input", "change"]) control.dispatchEvent(new Event(kind, { bubbles: true }));
  return true;
}

function drawCode(entry) {
  const parts = [["codes-label", entry.label]];
  if (entry.code) parts.push(["codes-code", entry.code]);
  if (entry.other) parts.push(["codes-other", `also “${entry.other}”`]);
  return parts;
}

function lookUp(input) {
  const field = input.closest(".field");
  const own = input.dataset.key;
  const before = input.name.slice(0, input.name.length - own.length);
  const beside = (key) => input.form?.elements.namedItem(before + key);
  const say = announcer(field);
  let about = "";
  const codes = () => [beside("code")?.value, beside("uri")?.value].filter(Boolean).join(" ");
  let held = codes();
  let chosen = own === "label" && held ? input.value : null;
  const hint = document.createElement("p");
  hint.className = "codes-stale";
  hint.hidden = true;
  hint.append(document.createElement("span"), " ");
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "button button-quiet button-small";
  clear.textContent = "Clear them";
  hint.append(clear);

  combobox(input, {
    label: field.querySelector("label").firstChild.textContent.trim(),
    say,
    footer: () => about,
    draw: drawCode,
    search: async (words, signal) => {
      const answer = await found(input.dataset.lookup, words, signal);
      about = `${answer.title}, ${answer.edition}. ${answer.credit}`;
      return answer.entries;
    },
    choose: (entry) => {
      const filled = Object.entries({ [own]: entry.code, ...entry.fills }).filter(([key, value]) => put(beside(key), value));
      for (const key of ["code", "uri"]) if (own === "label" && !(key in entry.fills)) put(beside(key), "");
      chosen = own === "label" ? input.value : null;
      held = codes();
      hint.hidden = true;
      say(`Chosen: ${entry.label}. ${filled.length > 1 ? "The answers beside it are filled in." : ""}`);
    },
  });

  if (own !== "label") return;
  field.append(hint);
  input.addEventListener("change", () => {
    const stale = chosen !== null && input.value.trim() !== chosen.trim() && codes();
    hint.hidden = !stale;
    hint.firstChild.textContent = stale ? `The code and address beside it still belong to “${chosen}”.` : "";
  });
  // Somebody else may have chosen meanwhile; what was chosen comes after the words.
  whenShown(input, () => queueMicrotask(() => {
    if (codes() === held) return;
    held = codes();
    chosen = held ? input.value : null;
    hint.hidden = true;
  }));
  clear.addEventListener("click", () => {
    for (const key of ["code", "uri", "edition"]) put(beside(key), "");
    chosen = null;
    held = "";
    hint.hidden = true;
    input.focus();
    say("Code and address are empty now.");
  });
}

// A select of many: the text field takes its place and its label, the select keeps the value.
function searchSelect(select) {
  const input = document.createElement("input");
  input.type = "text";
  input.className = select.className;
  input.id = select.id;
  input.dataset.always = "";
  for (const name of ["aria-describedby", "aria-required", "aria-invalid"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  select.id += "-value";
  select.hidden = true;
  const field = select.closest(".field");
  select.before(input);
  const sync = () => { input.value = select.value ? select.selectedOptions[0]?.textContent ?? "" : ""; };
  sync();
  select.addEventListener("input", sync);
  select.addEventListener("change", sync);
  whenShown(select, () => {
    input.disabled = select.disabled;
    if (document.activeElement === input && input.value !== input.defaultShown) return;
    sync();
    input.defaultShown = input.value;
  });
  const say = announcer(field);
  const options = [...select.options].filter((option) => option.value);
  combobox(input, {
    label: field.querySelector("label").firstChild.textContent.trim(),
    say,
    footer: () => "",
    draw: drawCode,
    search: (words, signal) => known(select.dataset.codelist, words === input.defaultShown ? "" : words, signal, options),
    choose: (entry) => {
      if (put(select, entry.code)) say(`Chosen: ${entry.label}`);
    },
  });
  input.addEventListener("focus", () => { input.defaultShown = input.value; input.select(); });
  input.addEventListener("blur", () => {
    if (input.value.trim() === "") put(select, "");
    sync();
  });
}

async function known(list, words, signal, options) {
  try {
    return (await found(list, words, signal)).entries;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    const plain = words.toLocaleLowerCase();
    return options.filter((option) => option.textContent.toLocaleLowerCase().includes(plain)).slice(0, 20).map((option) => ({ code: option.value, label: option.textContent, other: "", fills: {} }));
  }
}

// Boxes of many: what is ticked becomes a row of chips that can be removed; the boxes keep the value.
function searchBoxes(group) {
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  const labels = new Map(boxes.map((box) => [box.value, group.querySelector(`label[for="${box.id}"]`).textContent]));
  const title = group.querySelector("legend").firstChild.textContent.trim();
  const chips = document.createElement("ul");
  chips.className = "chips";
  chips.setAttribute("aria-label", `${title}: chosen`);
  const input = document.createElement("input");
  input.type = "text";
  input.className = "control control-medium";
  input.id = `${boxes[0].id}-search`;
  input.dataset.always = "";
  input.placeholder = "Type to add";
  input.setAttribute("aria-label", `${title}: add`);
  if (group.hasAttribute("aria-describedby")) input.setAttribute("aria-describedby", group.getAttribute("aria-describedby"));
  const old = group.querySelector(".choices");
  old.before(chips, input);
  old.hidden = true;
  const say = announcer(group);

  function draw() {
    const focused = chips.contains(document.activeElement) ? document.activeElement.dataset.value : null;
    chips.replaceChildren(...boxes.filter((box) => box.checked).map((box) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "chip";
      button.dataset.value = box.value;
      button.disabled = box.disabled;
      button.innerHTML = '<svg class="icon" viewBox="0 0 20 20" width="14" height="14" aria-hidden="true" focusable="false"><path d="M5 5l10 10M15 5L5 15" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/></svg>';
      const name = document.createElement("span");
      name.textContent = labels.get(box.value);
      button.setAttribute("aria-label", `${name.textContent}, remove`);
      button.prepend(name);
      item.append(button);
      return item;
    }));
    chips.hidden = chips.children.length === 0;
    input.disabled = boxes[0].disabled;
    if (focused !== null) ([...chips.querySelectorAll(".chip")].find((chip) => chip.dataset.value === focused) ?? input).focus();
  }
  function tick(value, on) {
    const box = boxes.find((one) => one.value === value);
    if (!box) return false;
    box.checked = on;
    for (const kind of ["input", "change"]) box.dispatchEvent(new Event(kind, { bubbles: true }));
    draw();
    return true;
  }
  draw();
  old.addEventListener("input", draw);
  whenShown(old, draw);
  chips.addEventListener("click", (event) => {
    const button = event.target.closest(".chip");
    if (!button) return;
    const at = [...chips.children].indexOf(button.parentElement);
    tick(button.dataset.value, false);
    (chips.children[Math.min(at, chips.children.length - 1)]?.firstElementChild ?? input).focus();
    say(`${labels.get(button.dataset.value)} removed`);
  });
  combobox(input, {
    label: title,
    say,
    footer: () => "",
    draw: (entry) => [...drawCode(entry), ...(boxes.some((box) => box.value === entry.code && box.checked) ? [["codes-other", "chosen already"]] : [])],
    search: (words, signal) => known(group.dataset.codelist, words, signal, boxes.map((box) => ({ value: box.value, textContent: labels.get(box.value) }))),
    choose: (entry) => {
      if (tick(entry.code, true)) say(`${entry.label} added`);
      input.value = "";
    },
  });
}

export function searchCodes(part = document) {
  for (const input of part.querySelectorAll("input[data-lookup]")) lookUp(input);
  for (const select of part.querySelectorAll("select[data-codelist]")) if (select.options.length > LONG) searchSelect(select);
  for (const group of part.querySelectorAll("fieldset[data-codelist]")) if (group.querySelectorAll("input[type=checkbox]").length > LONG) searchBoxes(group);
}
