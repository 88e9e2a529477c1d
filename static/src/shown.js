// What other people's changes tell the rest of the page. "input" and "change" would say that somebody here gave the answer.

const SHOWN = "cowork:shown";
const MADE = "cowork:made";

/** An answer changed, or may be given or not any more, without anybody doing it here. */
export function tellShown(control) { control.dispatchEvent(new Event(SHOWN, { bubbles: true })); }

export function whenShown(element, act) { element.addEventListener(SHOWN, act); }

/** A part of the page was made: what works with its controls has to be started there too. */
export function tellMade(part) { part.dispatchEvent(new Event(MADE, { bubbles: true })); }

export function whenMade(act) { document.addEventListener(MADE, (event) => act(event.target)); }
