/* entry: the grid of a report under the keyboard. Arrows and Enter move, Escape brings back what
 * was, each cell and point is saved when it is left, a pasted block is read by the server and shown
 * before it is taken. What cannot be sent is kept on this machine, for this person, counted where it
 * can be seen, and sent when the network is back or the page is opened again. Without this script
 * the page's own form does the same in one go. */
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
  const put = (text, value) => text.replace("%", value);
  const make = (name, look, text) => {
    const e = document.createElement(name);
    if (look) e.className = look;
    if (text) e.textContent = text;
    return e;
  };
  const button = (look, text, act) => {
    const b = make("button", look, text);
    b.type = "button";
    b.addEventListener("click", act);
    return b;
  };
  const waiting = new Map(); /* cell -> what is to be sent of it */
  let running = null, retry = 0, leaving = false;

  function tell(text, css) {
    if (!status) return;
    status.className = "saved" + (css ? " " + css : "");
    status.textContent = text;
  }

  /* ---- what is kept on this machine until it is sent ---- */
  const place = "giaoban.kept " + words.person + " " + address;
  function keep() {
    const kept = {}, all = new Map(waiting);
    if (running && !all.has(running.cell)) all.set(running.cell, running.sent);
    for (const [cell, sent] of all)
      if (!cell.dataset.personal) kept[seriesOf(cell)] = { ...sent, at: Date.now() }; /* figures of persons stay in the page */
    try {
      if (Object.keys(kept).length) localStorage.setItem(place, JSON.stringify(kept));
      else localStorage.removeItem(place);
    } catch (e) { /* no room or not allowed: it is kept as long as the page stands */ }
  }
  const KEPT_MS = 3 * 24 * 3600 * 1000;
  function kept() {
    try { return JSON.parse(localStorage.getItem(place)) || {}; } catch (e) { return {}; }
  }

  /* ---- saving, one cell after the other ---- */
  function stateOf(cell) {
    const nil = field("nil", cell), note = field("note", cell), est = field("est", cell);
    return { typed: cell.value.trim(), note: note ? note.value.trim() : "",
      nil: !!(nil && nil.checked), estimate: !!(est && est.checked), seq: field("seq", cell).value };
  }
  const same = (a, b) => a.typed === b.typed && a.note === b.note && a.nil === b.nil && a.estimate === b.estimate;
  for (const cell of cells) cell.kept = stateOf(cell);

  function save(cell) {
    const now = stateOf(cell);
    if (same(now, cell.kept) && !(running && running.cell === cell)) {
      if (waiting.delete(cell)) keep();
      return;
    }
    waiting.set(cell, now);
    keep();
    next();
  }

  function failed(cell, text) {
    say(cell, text, "s-missed", "is-miss");
    rowOf(cell).className = "wrong";
    tell(words.refused, "lost");
  }
  /* No answer: it stays in the queue and is tried again, less and less often. */
  function later(cell, sent, text) {
    if (!waiting.has(cell)) waiting.set(cell, sent);
    running = null;
    keep();
    tell(text || put(words.offline, waiting.size), "lost");
    clearTimeout(retry);
    retry = setTimeout(next, Math.min(30000, 2000 * 2 ** later.times++));
  }
  later.times = 0;

  async function next() {
    if (running || waiting.size === 0 || leaving) return;
    const [cell, sent] = waiting.entries().next().value;
    let answer, page;
    waiting.delete(cell);
    running = { cell, sent };
    tell(words.running, "waiting");
    sent.seq = field("seq", cell).value || sent.seq;
    const body = new URLSearchParams({ csrf, series: seriesOf(cell), typed: sent.typed,
      note: sent.note, seq: sent.seq, status: sent.estimate ? "estimate" : "final" });
    if (sent.nil) body.set("nil", "1");
    try {
      answer = await fetch(address + "/cell", { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.redirected || answer.status === 403) return later(cell, sent, words.signin);
      if (answer.status >= 500) return later(cell, sent);
      page = await answer.json();
    } catch (e) {
      return later(cell, sent);
    }
    running = null;
    later.times = 0;
    keep();
    if (!answer.ok) {
      cell.kept = stateOf(cell);
      failed(cell, page.error ? page.error.message : words.refused);
    } else {
      field("seq", cell).value = page.seq;
      show(page);
      if (page.stale) stale(cell, page);
      else saved(cell, sent, page);
    }
    next();
  }
  function saved(cell, sent, page) {
    cell.kept = sent;
    field("was", cell).value = sent.typed;
    const before = field("notewas", cell), nil = field("nilwas", cell), est = field("estwas", cell);
    if (before) before.value = sent.note;
    if (nil) nil.value = sent.nil ? "1" : "0";
    if (est) est.value = sent.estimate ? "1" : "0";
    if (waiting.size) tell(words.running, "waiting");
    else tell(page.saved, "");
  }
  /* Somebody else was faster: both values stand there, and the person says which one counts. */
  function stale(cell, page) {
    say(cell, page.other, "s-risk", "is-risk");
    rowOf(cell).className = "doubt";
    const mine = cell.value.trim(), choice = make("span", "choose");
    const choose = function (value) {
      cell.value = value;
      choice.remove();
      waiting.set(cell, stateOf(cell));
      keep();
      cell.focus();
      next();
    };
    choice.append(button("button small", put(words.mine, mine || "…"), () => choose(mine)),
      button("button small", put(words.theirs, page.theirs || "…"), () => choose(page.theirs)));
    saysOf(cell).querySelector(".state").after(choice);
    tell(words.stale, "lost");
  }

  /* ---- what the server says of the page ---- */
  function say(cell, text, symbol, look) {
    const row = saysOf(cell), choice = row.querySelector(".choose");
    if (choice) choice.remove();
    row.hidden = !text;
    row.querySelector(".saying").textContent = text;
    row.querySelector(".state").className = "state " + look;
    row.querySelector("use").setAttribute("href", "#" + (symbol || "r-draft"));
  }
  function figure(place, f) {
    const fig = place && place.querySelector(".fig");
    if (!fig) return;
    fig.textContent = f.whole;
    fig.append(make("span", "frac", f.frac));
  }
  function show(page) {
    for (const r of page.rows) {
      const row = document.getElementById("row-" + r.id);
      if (!row) continue;
      const says = row.nextElementSibling;
      if (says.querySelector(".choose")) continue; /* still to be decided */
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
    const counts = form.querySelectorAll("tbody.part-rows");
    page.parts.forEach(function (text, i) {
      const count = counts[i] && counts[i].querySelector(".count");
      if (count) count.textContent = text;
    });
    trouble(page);
  }
  function trouble(page) {
    const place = document.getElementById("trouble");
    place.textContent = "";
    if (!page.trouble) return;
    const box = make("div", "message " + page.look), list = make("ul");
    box.setAttribute("role", "status");
    for (const l of page.links) {
      const item = make("li"), link = make("a", "", l.text);
      link.href = l.url;
      item.append(link);
      list.append(item);
    }
    box.append(make("h2", "", page.trouble), list);
    place.append(box);
  }

  /* ---- sections that fold ---- */
  const parts = Array.from(form.querySelectorAll("tbody.part-rows")).filter((p) => p.querySelector(".fold"));
  function fold(part, closed) {
    for (const row of part.rows)
      if (!row.classList.contains("group")) row.classList.toggle("folded", closed);
    part.querySelector(".fold").setAttribute("aria-expanded", String(!closed));
  }
  const isFolded = (part) => part.querySelector(".fold").getAttribute("aria-expanded") === "false";
  for (const part of parts) {
    const was = part.querySelector(".fold");
    const b = button("fold", was.textContent, () => fold(part, !isFolded(part)));
    was.replaceWith(b);
    fold(part, false);
  }
  /* On a small screen the form opens as a list of its sections with what is filled in each. */
  const narrow = matchMedia("(max-width: 44rem)").matches && !location.hash;
  if (parts.length > 1 && narrow) for (const part of parts) fold(part, true);
  if (parts.length > 1) {
    const all = button("fold-all", narrow ? words.unfoldall : words.foldall, function () {
      const close = parts.some((p) => !isFolded(p));
      for (const p of parts) fold(p, close);
      all.textContent = close ? words.unfoldall : words.foldall;
    });
    form.querySelector("table.entry").before(all);
  }
  function unfold(id) {
    const to = id && document.getElementById(id);
    const part = to && to.closest("tbody.part-rows");
    if (part && parts.includes(part)) fold(part, false);
    return to;
  }
  unfold(location.hash.slice(1));
  form.addEventListener("click", function (e) {
    const link = e.target.closest('a[href^="#"]');
    const to = link && unfold(link.hash.slice(1));
    if (to && to.classList.contains("cell")) {
      e.preventDefault();
      to.focus();
      to.select();
    }
  });

  /* ---- keyboard ---- */
  function move(cell, by) {
    let i = cells.indexOf(cell) + by;
    while (cells[i] && rowOf(cells[i]).classList.contains("folded")) i += by;
    if (!cells[i]) return;
    cells[i].focus();
    cells[i].select();
  }
  function flip(cell, kind) {
    const box = field(kind, cell);
    if (!box) return;
    box.checked = !box.checked;
    if (kind === "nil" && box.checked) cell.value = "0";
    save(cell);
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
    const plain = !e.ctrlKey && !e.altKey && !e.metaKey, key = e.key.toLowerCase();
    if (e.key === "ArrowDown" || e.key === "Enter") { e.preventDefault(); move(cell, e.shiftKey ? -1 : 1); }
    else if (e.key === "ArrowUp") { e.preventDefault(); move(cell, -1); }
    else if (e.key === "Escape") { cell.value = field("was", cell).value; cell.select(); save(cell); }
    else if (plain && key === "k") { e.preventDefault(); flip(cell, "nil"); }
    else if (plain && key === "u") { e.preventDefault(); flip(cell, "est"); }
  });
  form.addEventListener("focusin", function (e) {
    const cell = e.target.classList.contains("cell") ? e.target : null;
    for (const row of form.querySelectorAll("tr.now")) row.classList.remove("now");
    if (cell && !rowOf(cell).className) rowOf(cell).classList.add("now");
  });
  form.addEventListener("input", function (e) {
    /* approved: a number that is typed over an estimate is the final one */
    const est = words.final && e.target.classList.contains("cell") && field("est", e.target);
    if (est) est.checked = false;
  });
  form.addEventListener("change", function (e) {
    if (e.target.classList.contains("cell")) { save(e.target); return; }
    const row = e.target.closest("tr");
    const cell = row && (row.querySelector("input.cell") ||
      (row.previousElementSibling && row.previousElementSibling.querySelector("input.cell")));
    if (!cell) return;
    if (e.target.name.startsWith("nil.") && e.target.checked && !cell.value.trim()) cell.value = "0";
    save(cell);
  });
  for (const cell of cells) {
    const lines = Array.from(form.querySelectorAll('tr[id^="row-"]')), est = field("est", cell);
    cell.line = lines.indexOf(rowOf(cell));
    if (est) est.tabIndex = -1; /* the key U does it */
    cell.addEventListener("blur", () => save(cell));
    cell.addEventListener("paste", (e) => paste(cell, e));
  }
  window.addEventListener("beforeunload", function (e) {
    if (!leaving && (waiting.size || running || point.waiting)) e.preventDefault();
  });
  window.addEventListener("online", function () { later.times = 0; clearTimeout(retry); next(); });
  form.addEventListener("submit", function () {
    /* the form itself carries all that stands in its fields; what is kept stays until a page shows
     * that it has arrived */
    leaving = true;
    waiting.clear();
    running = null;
  });
  window.addEventListener("pageshow", function () { leaving = false; });

  /* What an earlier visit could not send. */
  const before = kept();
  for (const cell of cells) {
    const k = before[seriesOf(cell)], nil = field("nil", cell), note = field("note", cell), est = field("est", cell);
    if (!k || !(Date.now() - k.at < KEPT_MS)) continue;
    cell.value = k.typed;
    if (nil) nil.checked = k.nil;
    if (note) note.value = k.note;
    if (est) est.checked = k.estimate;
    if (same(stateOf(cell), cell.kept)) continue;
    field("seq", cell).value = k.seq;
    waiting.set(cell, stateOf(cell));
  }
  keep();
  if (waiting.size) {
    tell(put(words.again, waiting.size), "waiting");
    next();
  }

  /* ---- points: each is saved when it is left ---- */
  const point = { waiting: 0 };
  async function savePoint(box) {
    const area = box.querySelector("textarea"), id = area.name.slice(6), says = box.querySelector(".why");
    const pick = (kind) => box.querySelector(`[name="${kind}.${id}"]`);
    const was = pick("pointwas"), section = pick("section"), to = pick("to");
    const now = JSON.stringify([area.value, section.value, to ? to.value : ""]);
    if (now === box.kept || (id.startsWith("new.") && !area.value.trim())) return;
    if (box.busy) { box.again = true; return; }
    box.busy = true;
    point.waiting++;
    tell(words.running, "waiting");
    const body = new URLSearchParams({ csrf, id, text: area.value, was: was.value, section: section.value });
    if (to) body.set("to", to.value);
    try {
      const answer = await fetch(address + "/point", { method: "POST", body, headers: { Accept: "application/json" } });
      const page = await answer.json();
      if (!answer.ok) {
        says.textContent = page.error.message;
        tell(words.refused, "lost");
      } else if (page.stale) {
        says.textContent = page.other;
        was.value = page.theirs;
        tell(words.stale, "lost");
      } else {
        says.textContent = "";
        was.value = area.value;
        box.kept = now;
        if (id.startsWith("new.") && page.id) renamed(box, id, String(page.id));
        tell(page.saved, "");
      }
    } catch (e) {
      tell(put(words.offline, 1), "lost");
      setTimeout(() => savePoint(box), 5000);
    }
    box.busy = false;
    point.waiting--;
    if (box.again) { box.again = false; savePoint(box); }
  }
  /* A new point has its number now; another place for a new one of its kind comes under it. */
  function renamed(box, from, to) {
    const whole = box.closest(".narrative"), fresh = whole.cloneNode(true);
    for (const e of box.querySelectorAll("[name]")) e.name = e.name.replace("." + from, "." + to);
    for (const e of box.querySelectorAll("[id]")) e.id = e.id.replace("." + from, "." + to);
    for (const e of box.querySelectorAll("[for]")) e.htmlFor = e.htmlFor.replace("." + from, "." + to);
    box.querySelector("textarea").setAttribute("aria-describedby", `point.${to}-says`);
    for (const e of fresh.querySelectorAll("textarea, input")) e.value = "";
    fresh.querySelector("textarea").textContent = "";
    fresh.firstElementChild.textContent = "";
    whole.after(fresh);
    watch(fresh.querySelector(".point"));
  }
  function watch(box) {
    const area = box.querySelector("textarea");
    if (!area) return;
    const id = area.name.slice(6), value = (kind) => {
      const e = box.querySelector(`[name="${kind}.${id}"]`);
      return e ? e.value : "";
    };
    box.kept = JSON.stringify([area.value, value("section"), value("to")]);
    box.addEventListener("change", () => savePoint(box));
  }
  for (const box of form.querySelectorAll(".point")) watch(box);

  /* ---- a block from a table ---- */
  async function paste(cell, e) {
    const block = (e.clipboardData || window.clipboardData).getData("text");
    if (!/[\t\n]/.test(block.trim())) return;
    e.preventDefault();
    tell(words.running, "waiting");
    try {
      const body = new URLSearchParams({ csrf, row: String(cell.line), block });
      const answer = await fetch(address + "/paste", { method: "POST", body, headers: { Accept: "application/json" } });
      const read = await answer.json();
      if (!answer.ok) { failed(cell, read.error.message); return; }
      preview(read, cell);
      tell("", "");
    } catch (x) {
      tell(words.lost, "lost");
    }
  }
  function preview(read, cell) {
    const box = make("dialog", "paste"), head = make("h2", "", words.paste), table = make("table"),
      body = table.createTBody(), buttons = make("div", "buttons");
    head.id = "paste-head";
    box.setAttribute("aria-labelledby", head.id);
    const top = table.createTHead().insertRow();
    for (const text of [words.line, words.text, words.read]) {
      const th = make("th", "", text);
      th.scope = "col";
      top.append(th);
    }
    for (const c of read.cells) {
      const row = body.insertRow();
      for (const text of [c.name, c.text, c.value + (c.says ? (c.value ? " - " : "") + c.says : "")]) row.insertCell().textContent = text;
      if (!c.takes) row.className = "quiet";
    }
    buttons.append(button("button main", words.take, function () { accept(read.cells); box.close(); }),
      button("button", words.drop, () => box.close()));
    box.append(head, make("p", "", read.says), table, buttons);
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
