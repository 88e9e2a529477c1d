// Every answer that is no text: of two that are given at once the last one holds.

import { tellShown } from "../shown.js";

function valueOf(controls) {
  const [first] = controls;
  if (first.type === "radio") return controls.find((each) => each.checked)?.value ?? "";
  if (first.type === "checkbox") return controls.filter((each) => each.checked).map((each) => each.value);
  return first.value;
}

function show(controls, value) {
  const [first] = controls;
  if (first.type === "radio") for (const each of controls) each.checked = each.value === (value ?? "");
  else if (first.type === "checkbox") for (const each of controls) each.checked = (Array.isArray(value) ? value : []).includes(each.value);
  else if (first.value !== (value ?? "")) first.value = value ?? "";
  tellShown(first);
}

function isDefault(controls) {
  return controls.every((each) => (["radio", "checkbox"].includes(each.type) ? each.checked === each.defaultChecked
    : each.tagName === "SELECT" ? [...each.options].every((option) => option.selected === option.defaultSelected) || each.selectedIndex === 0 : each.value === each.defaultValue));
}

export class Answer {
  constructor(controls, map, key, writes) {
    this.controls = controls;
    this.map = map;
    this.key = key;
    if (writes && !isDefault(controls)) map.set(key, valueOf(controls));
    show(controls, map.get(key));
    this.give = () => {
      const value = valueOf(controls);
      if (JSON.stringify(value) !== JSON.stringify(map.get(key) ?? (Array.isArray(value) ? [] : ""))) map.set(key, value);
    };
    for (const control of controls) {
      control.addEventListener("input", this.give);
      control.addEventListener("change", this.give);
    }
    this.lock(writes);
  }

  isChanged() { return !isDefault(this.controls); }

  refresh() { show(this.controls, this.map.get(this.key)); }

  lock(writes) {
    for (const control of this.controls) control.disabled = !writes;
    tellShown(this.controls[0]);
  }

  // Where a search stands for a long list, the list itself is hidden.
  focus() {
    const [first] = this.controls;
    (first.closest("[hidden]")?.parentElement.querySelector("[role=combobox]") ?? first).focus();
  }
}
