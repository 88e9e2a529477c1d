// Where a row stands among others, as a text that sorts. It counts as cowork/domain/specifications/positions.py does.

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

export function between(low, high, tail) {
  let prefix = "";
  let bounded = high !== null && high > low;
  for (let place = 0; ; place += 1) {
    const below = place < low.length ? DIGITS.indexOf(low[place]) : 0;
    const above = bounded && place < high.length ? DIGITS.indexOf(high[place]) : DIGITS.length;
    if (above - below > 1) return prefix + DIGITS[(below + above) >> 1] + tail;
    prefix += DIGITS[below];
    bounded = bounded && above === below;
  }
}

export function tailOf(row) {
  return row.replaceAll("0", "1") || "h";
}

export function freshId() {
  const random = crypto.getRandomValues(new Uint8Array(8));
  return `r${[...random].map((byte) => DIGITS[byte % DIGITS.length]).join("")}`;
}
