/* tooltip: what a part of a chart says, at once and readable, where the browser would show its <title> late
 * and not at all on touch or by keyboard. A chart takes the focus as one; the arrow keys, Home and End go
 * through its parts, Escape hides what is shown. Without this script the <title> does it, and the table
 * beside each chart has all of it. Nothing is kept, nothing is loaded. */
(() => {
  "use strict";
  let tip = null, part = null, words = "", typed = false;

  const title = (found) => found?.querySelector?.(":scope > title");

  function leave() {
    if (part) {
      title(part).textContent = words;
      part.classList.remove("at");
    }
    part = null;
    if (tip)
      tip.hidden = true;
  }

  function place(x, y) {
    const box = tip.getBoundingClientRect();
    const left = Math.max(4, Math.min(x + 12, innerWidth - box.width - 4));
    const top = y - box.height - 10 < 4 ? y + 16 : y - box.height - 10;
    tip.style.left = `${left}px`;
    tip.style.top = `${top}px`;
  }

  /* Shows what the part says; `speaks`: also to those who hear the page. */
  function show(found, speaks) {
    if (found !== part) {
      leave();
      part = found;
      words = title(part).textContent;
      title(part).textContent = ""; /* else the browser shows it too */
    }
    if (!tip) {
      tip = document.createElement("div");
      tip.className = "tip";
      document.body.append(tip);
    }
    /* to the pointer it is an extra: the chart's name and its table say it already */
    tip.setAttribute("role", "status");
    tip.setAttribute("aria-live", speaks ? "polite" : "off");
    tip.textContent = words;
    tip.hidden = false;
    part.classList.add("at");
    typed = speaks;
  }

  function over(event) {
    const found = event.target.closest?.(".chart *, .spark *, .fan *");
    if (title(found)) {
      show(found, false);
      place(event.clientX, event.clientY);
    } else if (!typed || event.type === "pointerdown") {
      leave();
    }
  }

  /* The parts of a chart in the order in which they are drawn: from left to right, from the top down. */
  const parts = (chart) => [...chart.querySelectorAll("*")].filter((x) => x !== chart && title(x));

  function go(chart, to) {
    const all = parts(chart);
    const at = Math.max(0, Math.min(all.length - 1, to(all.indexOf(part), all.length)));
    show(all[at], true);
    const box = all[at].getBoundingClientRect();
    place(box.left + box.width / 2, box.top + Math.min(box.height / 2, 40));
  }

  const ways = {
    ArrowRight: (i) => i + 1, ArrowDown: (i) => i + 1,
    ArrowLeft: (i, n) => (i < 0 ? n - 1 : i - 1), ArrowUp: (i, n) => (i < 0 ? n - 1 : i - 1),
    Home: () => 0, End: (i, n) => n - 1,
  };

  function key(event) {
    if (event.key === "Escape")
      return leave();
    const chart = event.target.closest?.("svg.chart");
    if (!chart || !ways[event.key] || event.ctrlKey || event.altKey || event.metaKey)
      return;
    event.preventDefault();
    go(chart, ways[event.key]);
  }

  /* A chart with parts that say something can be gone to by keyboard. */
  function reach(root) {
    for (const chart of root.querySelectorAll("svg.chart:not([tabindex])"))
      if (parts(chart).length)
        chart.setAttribute("tabindex", "0");
  }

  document.addEventListener("pointermove", over, { passive: true });
  document.addEventListener("pointerdown", over, { passive: true });
  document.addEventListener("pointerleave", leave);
  document.addEventListener("scroll", () => typed || leave(), { passive: true, capture: true });
  document.addEventListener("keydown", key);
  document.addEventListener("focusout", (event) => event.target.matches?.("svg.chart") && leave());
  document.addEventListener("htmx:load", (event) => reach(event.target));
  reach(document);
})();
