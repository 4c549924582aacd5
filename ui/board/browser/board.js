// Draws a board into its place: a table, or cards where it is narrow.
// All of it is made node by node, from texts: names come from strangers.

const boards = new WeakMap(); // what is known of each board's place from one drawing to the next

export default function draw({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".board");
  const board = boards.get(root) ?? { unfolded: false, watcher: null };
  boards.set(root, board);
  board.watcher?.disconnect();

  const opened = board.chosen; // before this drawing
  board.chosen = data.rows.find((row) => row.chosen)?.id;
  const isClosed = opened !== undefined && board.chosen === undefined;
  const focused =
    root.getRootNode().activeElement?.dataset?.row ?? (isClosed && isNowhere() ? opened : undefined);
  const table = tableOf(data, (id) => setTriggerValue("picked", id));
  const all = made("button", { type: "button", class: "all" }, data.all);
  root.replaceChildren(table, all);
  const rows = [...table.tBodies[0].rows];

  const secondary = data.columns.flatMap((column, at) => (column.secondary ? [at] : []));
  const hide = (gone) => {
    for (const row of table.rows) {
      [...row.cells].forEach((cell, at) => cell.classList.toggle("gone", gone.includes(at)));
    }
  };
  const fit = () => {
    const width = root.clientWidth;
    if (!width) return; // it is not on the screen, in a tab that is closed
    // Nothing is cut: a table that is still too wide becomes narrow, and then cards.
    const overflows = () => table.offsetWidth > width;
    root.classList.remove("cards", "narrow");
    hide([]);
    root.classList.toggle("narrow", width < data.cardsBelow + 280 || overflows());
    // No more of the secondary columns go than have to, those of the left first.
    for (let gone = 1; gone <= secondary.length && overflows(); gone++) {
      hide(secondary.slice(0, gone));
    }
    const cards = width < data.cardsBelow || overflows();
    root.classList.toggle("cards", cards);
    const shown = cards ? data.folded.cards : data.folded.rows;
    const unfolded = board.unfolded || data.rows.slice(shown).some((row) => row.chosen);
    rows.forEach((row, place) => (row.hidden = !unfolded && place >= shown));
    all.hidden = unfolded || rows.length <= shown;
  };
  fit();
  board.watcher = new ResizeObserver(fit);
  board.watcher.observe(root);

  all.onclick = () => {
    const first = rows.find((row) => row.hidden);
    board.unfolded = true;
    fit();
    const next = first.querySelector("button") ?? first;
    next.tabIndex = next === first ? -1 : 0;
    next.focus(); // the button is gone: whoever pressed it reads on here
  };
  if (focused !== undefined) {
    [...table.querySelectorAll("button")].find((each) => each.dataset.row === focused)?.focus();
  }
  return () => board.watcher.disconnect();
}

// Whether the focus was in a dialog that is closed: its nodes are gone, or go.
function isNowhere() {
  const at = document.activeElement;
  return !at || at === document.body || at.closest("[role=dialog]") !== null;
}

// The roles are written out: as cards, the rows are laid out as no table is, and would lose them.
function tableOf(data, pick) {
  const headings = data.columns.map((column) =>
    made(
      "th",
      { scope: "col", role: "columnheader", class: classes(column) },
      made("span", { class: column.unseen ? "unseen" : "" }, column.label),
    ),
  );
  const rows = data.rows.map((row) => {
    const cells = row.cells.map((cell, place) => cellOf(cell, data.columns[place], place, row, pick));
    const current = row.chosen && row.id === null ? { "aria-current": "true" } : {};
    return made("tr", { role: "row", class: row.chosen ? "chosen" : "", ...current }, ...cells);
  });
  return made(
    "table",
    { role: "table" },
    made("caption", {}, data.caption),
    made("thead", { role: "rowgroup" }, made("tr", { role: "row" }, ...headings)),
    made("tbody", { role: "rowgroup" }, ...rows),
  );
}

function cellOf(cell, column, place, row, pick) {
  const kind = `${classes(column)} ${cell.kind === "bar" ? "bar" : ""}`;
  if (place === 0) {
    const attributes = { scope: "row", role: "rowheader", class: kind };
    return made("th", attributes, ...contentOf(cell, row.id === null ? null : buttonOf(row, pick)));
  }
  const name = column.unseen ? "" : column.label;
  const label = made("span", { class: "label", "aria-hidden": "true" }, name);
  return made("td", { role: "cell", class: kind }, label, ...contentOf(cell, null));
}

function buttonOf(row, pick) {
  const current = row.chosen ? { "aria-current": "true" } : {};
  const button = made("button", { type: "button", "data-row": row.id, ...current });
  button.onclick = () => pick(row.id);
  return button;
}

function contentOf(cell, button) {
  if (cell.kind === "bar") return [barOf(cell)];
  if (cell.kind === "badge") return [within(button, badgeOf(cell))];
  if (cell.kind === "ticks") return [made("span", { class: "ticks" }, ...cell.all.map(tickOf))];
  if (cell.kind === "phone") return [made("a", { href: `tel:${cell.dial}` }, cell.value)];
  const looks = ["strong", "whole"].filter((look) => cell[look]).join(" ");
  const value = made("span", { class: looks }, cell.value);
  const note = cell.note ? [made("span", { class: "note" }, cell.note)] : [];
  return [within(button, value), ...note];
}

function badgeOf(cell) {
  const icon = cell.icon ? [made("span", { class: "icon", "aria-hidden": "true" }, cell.icon)] : [];
  return made("span", { class: `badge ${cell.tone}` }, ...icon, cell.word);
}

// A sign and a word, and the same in full for those who do not see it or rest on it.
const SIGNS = new Map([[true, "check"], [false, "close"], [null, "question_mark"]]);

function tickOf(tick) {
  const icon = made("span", { class: "icon", "aria-hidden": "true" }, SIGNS.get(tick.so));
  const word = made("span", { "aria-hidden": "true" }, tick.word);
  const said = made("span", { class: "unseen" }, tick.alt);
  return made("span", { class: `tick is-${tick.so}`, title: tick.alt }, icon, word, said);
}

function barOf(cell) {
  const alt = cell.alt ? { role: "img", "aria-label": cell.alt } : { "aria-hidden": "true" };
  const fill = made("span", { class: `fill ${cell.tone} ${cell.faint ? "faint" : ""}` });
  fill.style.width = `${cell.length}%`;
  const track = made("div", { class: "track", ...alt }, fill);
  if (cell.range) {
    const [low, high] = cell.range;
    const range = made("span", { class: "range" });
    range.style.left = `${low}%`;
    range.style.width = `${high - low}%`;
    track.append(range);
  }
  return track;
}

function within(button, content) {
  if (button === null) return content;
  button.append(content);
  return button;
}

function classes(column) {
  return ["right", "secondary", "on_cards"].filter((name) => column[name]).join(" ");
}

function made(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, value);
  node.append(...children); // a text becomes a node of text, and never markup
  return node;
}
