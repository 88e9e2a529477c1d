// j and k go to the next and previous comment, c comments, ? lists the keys. They can be switched off, and never act while somebody types.

import { compose, selectedPassage } from "./passages.js";

const SWITCH = "cowork.keys";
const KEYS = [["j", "Next comment"], ["k", "Previous comment"], ["c", "Comment on the selected words, or on what is in view"], ["/", "Search proposals"], ["Ctrl + S", "Save the section or the ticks of this page"], ["Ctrl + Alt + M", "Comment on the words you selected while writing"], ["Ctrl + Enter", "Send the form you are writing"], ["?", "Show this list"]];

function on() {
  if (document.body.dataset.keys === "off") return false;
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
}

function typing(target) {
  return target.closest?.("input:not([type='radio'], [type='checkbox']), textarea, select, [contenteditable]") !== null;
}

function step(way) {
  const threads = [...document.querySelectorAll("[data-thread]")];
  if (threads.length === 0) return;
  const now = threads.findIndex((thread) => thread.hasAttribute("data-current"));
  const next = threads[now < 0 ? (way > 0 ? 0 : threads.length - 1) : (now + way + threads.length) % threads.length];
  for (const thread of threads) thread.removeAttribute("data-current");
  next.setAttribute("data-current", "");
  next.scrollIntoView({ block: "center" });
  (next.querySelector(":scope > summary") ?? next).focus({ preventScroll: true });
}

function comment() {
  const selected = selectedPassage();
  if (selected) {
    compose(selected);
    return;
  }
  const near = [...document.querySelectorAll("details[data-new-thread]")];
  const chosen = document.querySelector(".passage:focus-within details[data-new-thread]")
    ?? near.find((part) => part.getBoundingClientRect().bottom > 0) ?? near[0];
  if (!chosen) return;
  chosen.open = true;
  chosen.querySelector("textarea")?.focus();
}

function dialog() {
  const box = document.createElement("dialog");
  box.className = "keys-dialog";
  box.setAttribute("aria-labelledby", "keys-title");
  const title = document.createElement("h2");
  title.id = "keys-title";
  title.textContent = "Keyboard shortcuts";
  const list = document.createElement("dl");
  for (const [key, words] of KEYS) {
    const term = document.createElement("dt");
    const cap = document.createElement("kbd");
    const meaning = document.createElement("dd");
    cap.textContent = key;
    meaning.textContent = words;
    term.append(cap);
    list.append(term, meaning);
  }
  const label = document.createElement("label");
  const choice = document.createElement("input");
  label.className = "cluster";
  choice.type = "checkbox";
  choice.checked = on();
  choice.disabled = document.body.dataset.keys === "off";
  choice.addEventListener("change", () => {
    try {
      localStorage.setItem(SWITCH, choice.checked ? "on" : "off");
    } catch { /* nothing can be remembered here: the keys stay as they are */ }
  });
  label.append(choice, choice.disabled ? "Single-key shortcuts are switched off in your account" : "Single-key shortcuts are on");
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "form-actions";
  const close = document.createElement("button");
  close.className = "button button-secondary";
  close.textContent = "Close";
  form.append(close);
  box.append(title, list, label, form);
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

export function listenToKeys() {
  for (const opener of document.querySelectorAll("[data-keys-help]")) {
    opener.hidden = false;
    opener.addEventListener("click", dialog);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || !on()) return;
    if (document.querySelector("dialog[open]")) return;
    const act = { j: () => step(1), k: () => step(-1), c: comment, "?": dialog, "/": () => document.getElementById("site-search")?.focus() }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
