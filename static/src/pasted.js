// What is pasted from a word processor keeps its lists, its tables and what is bold or italic, in the Markdown that answers and comments are
// written in. Whatever else a page brings along (pictures, colours, scripts) stays behind; a text without any of these is pasted as it is.

const BLOCKS = new Set(["P", "DIV", "H1", "H2", "H3", "H4", "H5", "H6", "UL", "OL", "LI", "TABLE", "BLOCKQUOTE", "SECTION", "ARTICLE", "PRE", "DD", "DT"]);
const LEFT_OUT = "script, meta, link, title, template, noscript, object, iframe, svg, img";
const WORTH = "ul, ol, table, h1, h2, h3, h4, h5, h6, strong, em, b, i, [data-look*='font-weight'], [data-look*='font-style'], [data-look*='mso-list']";
const MOST = 200_000;

const tidy = (text) => text.replace(/\s+/g, " ");
const styled = (node) => (node.getAttribute("data-look") ?? "").replace(/\s/g, "").toLowerCase();

// The page's security policy refuses styles and handlers even in a document that is never shown, and says so each time.
function parsed(html) {
  const renamed = (tag) => tag.replace(/\sstyle\s*=/gi, " data-look=").replace(/[\s/]on\w+\s*=/gi, " data-no=");
  const plain = html.replace(/<style[\s\S]*?(<\/style\s*>|$)/gi, "").replace(/<[^>]*>/g, renamed);
  const { body } = new DOMParser().parseFromString(plain, "text/html");
  for (const node of body.querySelectorAll(LEFT_OUT)) node.remove();
  return body;
}

function isBold(node) {
  const weight = /font-weight:(\w+)/.exec(styled(node))?.[1];
  if (weight) return weight === "bold" || weight === "bolder" || Number(weight) >= 600;
  return node.tagName === "B" || node.tagName === "STRONG";
}

function isItalic(node) {
  const style = /font-style:(\w+)/.exec(styled(node))?.[1];
  return style ? style === "italic" : node.tagName === "I" || node.tagName === "EM";
}

// The marks stand at the words: Markdown does not know them beside white space.
function around(text, mark) {
  const words = text.trim();
  if (!words || words.includes("\n") || words.includes(mark)) return text;
  return text.replace(words, () => `${mark}${words}${mark}`);
}

function inline(node) {
  if (node.nodeType === Node.TEXT_NODE) return tidy(node.data);
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  if (node.tagName === "BR") return "\n";
  if (styled(node).includes("mso-list:ignore")) return "";
  const inner = [...node.childNodes].map(inline).join("");
  const heading = /^H[1-6]$/.test(node.tagName);
  const slanted = isItalic(node) && !heading ? around(inner, "*") : inner;
  return isBold(node) || heading ? around(slanted, "**") : slanted;
}

function cells(row) { return [...row.cells].map((cell) => inline(cell).replace(/\s+/g, " ").replaceAll("|", "\\|").trim()); }

function table(node) {
  const rows = [...node.rows].map(cells);
  const width = Math.max(0, ...rows.map((row) => row.length));
  const line = (row) => `| ${Array.from({ length: width }, (_, at) => row[at] ?? "").join(" | ")} |`;
  return rows.length && width ? [line(rows[0]), line(Array(width).fill("---")), ...rows.slice(1).map(line)].join("\n") : "";
}

function list(node, level) {
  const found = [];
  let number = 1;
  for (const item of node.children) {
    if (item.tagName === "UL" || item.tagName === "OL") found.push(list(item, level + 1));
    if (item.tagName !== "LI") continue;
    const under = [...item.children].filter((child) => child.tagName === "UL" || child.tagName === "OL");
    const words = [...item.childNodes].filter((child) => !under.includes(child)).map(inline).join("");
    const mark = node.tagName === "OL" ? `${number}. ` : "- ";
    number += 1;
    if (words.trim()) found.push("   ".repeat(level) + mark + words.replace(/\s+/g, " ").trim());
    found.push(...under.map((child) => list(child, level + 1)));
  }
  return found.filter(Boolean).join("\n");
}

// Word has paragraphs for the items of a list, with the sign before them in a part of its own.
function wordItem(node) {
  const found = /mso-list:l\d+level(\d+)/.exec(styled(node));
  if (!found) return null;
  const sign = [...node.querySelectorAll("[data-look]")].find((each) => styled(each).includes("mso-list:ignore"))?.textContent.trim() ?? "";
  return "   ".repeat(found[1] - 1) + (/^[\da-z]+[.)]/i.test(sign) ? "1. " : "- ") + inline(node).replace(/\s+/g, " ").trim();
}

function blocks(node, found) {
  let words = "";
  const close = () => {
    const text = words.split("\n").map((line) => line.trim()).join("\n").trim();
    if (text) found.push({ text, item: false });
    words = "";
  };
  for (const child of node.childNodes) {
    const held = child.nodeType === Node.ELEMENT_NODE && (BLOCKS.has(child.tagName) || child.querySelector([...BLOCKS].join(",")));
    if (!held) {
      words += inline(child);
      continue;
    }
    close();
    const item = wordItem(child);
    if (item !== null) found.push({ text: item, item: true });
    else if (child.tagName === "UL" || child.tagName === "OL") found.push({ text: list(child, 0), item: false });
    else if (child.tagName === "TABLE") found.push({ text: table(child), item: false });
    else if (child.querySelector([...BLOCKS].join(","))) blocks(child, found);
    else words = inline(child);
    close();
  }
  close();
  return found;
}

// The Markdown of what is on the clipboard, or "" where its plain text says the same.
export function markdownOf(clipboard) {
  const html = clipboard?.getData("text/html") ?? "";
  if (!html || html.length > MOST * 10) return "";
  const body = parsed(html);
  if (!body.querySelector(WORTH)) return "";
  const found = blocks(body, []).filter((each) => each.text);
  let text = "";
  for (const [at, each] of found.entries()) text += (at === 0 ? "" : each.item && found[at - 1].item ? "\n" : "\n\n") + each.text;
  return text.length > MOST ? "" : text;
}

// In comments and letters. One step of undo takes it back.
export function keepFormatting() {
  document.addEventListener("paste", (event) => {
    if (!event.target.matches?.("textarea[name='body']")) return;
    const text = markdownOf(event.clipboardData);
    if (text && document.execCommand("insertText", false, text)) event.preventDefault();
  });
}
