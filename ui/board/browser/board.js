// Draws a board into its place: a table, or cards where it is narrow.
// All of it is made node by node, from texts: names come from strangers.

const boards = new WeakMap(); // what is known of each board's place from one drawing to the next

export default function draw({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".board");
  const board = boards.get(root) ?? { unfolded: false, watcher: null };
  boards.set(root, board);
  board.watcher?.disconnect();

  const focused = root.getRootNode().activeElement?.dataset?.row;
  const table = tableOf(data, (id) => setTriggerValue("picked", id));
  const all = made("button", { type: "button", class: "all" }, data.all);
  root.replaceChildren(table, all);
  const rows = [...table.tBodies[0].rows];

  const fit = () => {
    const width = root.clientWidth;
    if (!width) return; // it is not on the screen, in a tab that is closed
    const cards = width < data.cardsBelow;
    const shown = cards ? data.folded.cards : data.folded.rows;
    const unfolded = board.unfolded || data.rows.slice(shown).some((row) => row.chosen);
    root.classList.toggle("cards", cards);
    root.classList.toggle("narrow", width < data.cardsBelow + 280);
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

// The roles are written out: as cards, the rows are laid out as no table is, and would lose them.
function tableOf(data, pick) {
  const headings = data.columns.map((column) =>
    made("th", { scope: "col", role: "columnheader", class: classes(column) }, column.label),
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
  const label = made("span", { class: "label", "aria-hidden": "true" }, column.label);
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
  const value = made("span", { class: cell.strong ? "strong" : "" }, cell.value);
  const note = cell.note ? [made("span", { class: "note" }, cell.note)] : [];
  return [within(button, value), ...note];
}

function badgeOf(cell) {
  const icon = cell.icon ? [made("span", { class: "icon", "aria-hidden": "true" }, cell.icon)] : [];
  return made("span", { class: `badge ${cell.tone}` }, ...icon, cell.word);
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
  return `${column.right ? "right" : ""} ${column.secondary ? "secondary" : ""}`;
}

function made(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, value);
  node.append(...children); // a text becomes a node of text, and never markup
  return node;
}
