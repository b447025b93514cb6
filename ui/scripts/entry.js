/* entry: the grid of a report under the keyboard. Arrows and Enter move, Escape brings back what
 * was, each cell is saved when it is left, a pasted block is read by the server and shown before it
 * is taken. Without this script the page's own form does the same in one go. */
(function () {
  "use strict";
  const form = document.getElementById("report");
  if (!form) return;
  const words = form.dataset;
  const address = words.address;
  const csrf = form.querySelector('input[name="csrf"]').value;
  const status = document.getElementById("saved");
  const cells = Array.from(form.querySelectorAll("input.cell"));
  const rowOf = (cell) => cell.closest("tr");
  const saysOf = (cell) => rowOf(cell).nextElementSibling;
  const seriesOf = (cell) => cell.name.slice(5);
  const field = (kind, cell) => form.elements.namedItem(kind + "." + seriesOf(cell));
  const waiting = new Map();
  let running = false;

  function tell(text, css) {
    status.className = "saved" + (css ? " " + css : "");
    status.textContent = text;
  }

  /* ---- saving, one cell after the other ---- */
  function stateOf(cell) {
    const nil = field("nil", cell), note = field("note", cell);
    return JSON.stringify([cell.value.trim(), note ? note.value.trim() : "", !!(nil && nil.checked)]);
  }
  for (const cell of cells) cell.kept = stateOf(cell);

  function save(cell) {
    if (stateOf(cell) === cell.kept) return;
    waiting.set(cell, true);
    next();
  }

  async function next() {
    if (running || waiting.size === 0) return;
    const cell = waiting.keys().next().value;
    waiting.delete(cell);
    running = true;
    tell(words.running, "waiting");
    const nil = field("nil", cell), note = field("note", cell), sent = stateOf(cell);
    const body = new URLSearchParams({ csrf, series: seriesOf(cell), typed: cell.value.trim(),
      note: note ? note.value.trim() : "", seq: field("seq", cell).value });
    if (nil && nil.checked) body.set("nil", "1");
    try {
      const answer = await fetch(address + "/cell", { method: "POST", body });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = await answer.json();
      field("seq", cell).value = page.seq;
      show(page);
      if (page.stale) {
        say(cell, page.other, "s-risk", "is-risk");
        rowOf(cell).className = "doubt";
        tell(words.stale, "lost");
      } else {
        cell.kept = sent;
        field("was", cell).value = cell.value.trim();
        const before = field("notewas", cell), nilBefore = field("nilwas", cell);
        if (before && note) before.value = note.value.trim();
        if (nilBefore && nil) nilBefore.value = nil.checked ? "1" : "0";
        tell(page.saved, "");
      }
      running = false;
      next();
    } catch (e) {
      waiting.set(cell, true);
      running = false;
      tell(words.lost, "lost");
      setTimeout(next, 4000);
    }
  }

  /* ---- what the server says of the page ---- */
  function say(cell, text, symbol, look) {
    const row = saysOf(cell);
    row.hidden = !text;
    row.querySelector(".saying").textContent = text;
    row.querySelector(".state").className = "state " + look;
    row.querySelector("use").setAttribute("href", "#" + (symbol || "r-draft"));
  }
  function figure(place, f) {
    const fig = place && place.querySelector(".fig");
    if (!fig) return;
    fig.textContent = f.whole;
    const frac = document.createElement("span");
    frac.className = "frac";
    frac.textContent = f.frac;
    fig.append(frac);
  }
  function show(page) {
    for (const r of page.rows) {
      const row = document.getElementById("row-" + r.id);
      if (!row) continue;
      const says = row.nextElementSibling;
      row.className = (row.classList.contains("now") ? "now " : "") + r.css;
      figure(row.querySelector(".made"), r.made);
      figure(row.querySelector(".cum"), r.sum);
      figure(row.querySelector(".pct"), r.percent);
      const cell = document.getElementById(r.id);
      if (!cell || !cell.classList.contains("cell")) continue;
      cell.toggleAttribute("aria-invalid", r.css === "wrong");
      say(cell, r.says, r.symbol, r.look);
      const why = says.querySelector(".why-label");
      if (why) why.hidden = !r.reason;
      if (r.reason) says.hidden = false;
    }
    trouble(page);
  }
  function trouble(page) {
    const place = document.getElementById("trouble");
    place.textContent = "";
    if (!page.trouble) return;
    const box = document.createElement("div"), head = document.createElement("h2"),
      list = document.createElement("ul");
    box.className = "message " + page.look;
    box.setAttribute("role", "status");
    head.textContent = page.trouble;
    for (const l of page.links) {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = l.url;
      link.textContent = l.text;
      item.append(link);
      list.append(item);
    }
    box.append(head, list);
    place.append(box);
  }

  /* ---- keyboard ---- */
  function move(cell, by) {
    const to = cells[cells.indexOf(cell) + by];
    if (!to) return;
    to.focus();
    to.select();
  }
  form.addEventListener("keydown", function (e) {
    const cell = e.target;
    if (e.key === "Enter" && cell.tagName === "INPUT" && cell.type === "text") e.preventDefault();
    if (cell.classList.contains("reason") && e.key === "Enter") {
      const own = cells.find((c) => saysOf(c).contains(cell));
      if (own) move(own, 1);
      return;
    }
    if (!cell.classList.contains("cell") || e.isComposing) return;
    if (e.key === "ArrowDown" || e.key === "Enter") { e.preventDefault(); move(cell, e.shiftKey ? -1 : 1); }
    else if (e.key === "ArrowUp") { e.preventDefault(); move(cell, -1); }
    else if (e.key === "Escape") { cell.value = field("was", cell).value; cell.select(); save(cell); }
    else if (e.key === "k" || e.key === "K") {
      const nil = field("nil", cell);
      if (e.ctrlKey || e.altKey || e.metaKey) return;
      e.preventDefault();
      if (!nil) return;
      nil.checked = !nil.checked;
      if (nil.checked) cell.value = "0";
      save(cell);
    }
  });
  form.addEventListener("focusin", function (e) {
    const cell = e.target.classList.contains("cell") ? e.target : null;
    for (const row of form.querySelectorAll("tr.now")) row.classList.remove("now");
    if (cell && !rowOf(cell).className) rowOf(cell).classList.add("now");
  });
  form.addEventListener("change", function (e) {
    if (e.target.classList.contains("cell")) { save(e.target); return; }
    const row = e.target.closest("tr");
    const cell = row && (row.querySelector("input.cell") ||
      (row.previousElementSibling && row.previousElementSibling.querySelector("input.cell")));
    if (!cell) return;
    if (e.target.type === "checkbox" && e.target.checked && !cell.value.trim()) cell.value = "0";
    save(cell);
  });
  for (const cell of cells) {
    const lines = Array.from(form.querySelectorAll('tr[id^="row-"]'));
    cell.line = lines.indexOf(rowOf(cell));
    cell.addEventListener("blur", () => save(cell));
    cell.addEventListener("paste", (e) => paste(cell, e));
  }
  window.addEventListener("beforeunload", function (e) {
    if (waiting.size || running) e.preventDefault();
  });
  form.addEventListener("submit", function () { waiting.clear(); });

  /* ---- a block from a table ---- */
  async function paste(cell, e) {
    const block = (e.clipboardData || window.clipboardData).getData("text");
    if (!/[\t\n]/.test(block.trim())) return;
    e.preventDefault();
    tell(words.running, "waiting");
    try {
      const body = new URLSearchParams({ csrf, row: String(cell.line), block });
      const answer = await fetch(address + "/paste", { method: "POST", body });
      if (!answer.ok) throw new Error(String(answer.status));
      preview(await answer.json(), cell);
      tell("", "");
    } catch (x) {
      tell(words.lost, "lost");
    }
  }
  function preview(read, cell) {
    const box = document.createElement("dialog"), head = document.createElement("h2"),
      says = document.createElement("p"), table = document.createElement("table"),
      body = table.createTBody(), buttons = document.createElement("div");
    box.className = "paste";
    head.textContent = words.paste;
    head.id = "paste-head";
    box.setAttribute("aria-labelledby", head.id);
    says.textContent = read.says;
    const top = table.createTHead().insertRow();
    for (const text of [words.line, words.text, words.read]) {
      const th = document.createElement("th");
      th.scope = "col";
      th.textContent = text;
      top.append(th);
    }
    for (const c of read.cells) {
      const row = body.insertRow();
      for (const text of [c.name, c.text, c.value + (c.says ? (c.value ? " - " : "") + c.says : "")]) row.insertCell().textContent = text;
      if (!c.takes) row.className = "quiet";
    }
    buttons.className = "buttons";
    for (const take of [true, false]) {
      const b = document.createElement("button");
      b.type = "button";
      b.className = take ? "button main" : "button";
      b.textContent = take ? words.take : words.drop;
      b.addEventListener("click", function () {
        if (take) accept(read.cells);
        box.close();
      });
      buttons.append(b);
    }
    box.append(head, says, table, buttons);
    box.addEventListener("close", function () { box.remove(); cell.focus(); });
    document.body.append(box);
    box.showModal();
  }
  function accept(read) {
    for (const c of read) {
      const cell = c.takes && cells.find((x) => x.line === c.row);
      if (!cell) continue;
      const nil = field("nil", cell);
      cell.value = c.value;
      if (nil) nil.checked = c.nil;
      save(cell);
    }
  }

  form.classList.add("live");
}());
