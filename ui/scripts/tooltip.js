/* tooltip: what a part of a chart says, at once and readable, where the browser would show its <title> late
 * and not at all on touch. Without this script the <title> does it. Nothing is kept, nothing is loaded. */
(() => {
  "use strict";
  let tip = null, part = null, words = "";

  function leave() {
    if (part)
      part.querySelector(":scope > title").textContent = words;
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

  function over(event) {
    const found = event.target.closest?.(".chart *, .spark *");
    const title = found?.querySelector?.(":scope > title");
    if (!title)
      return leave();
    if (found !== part) {
      leave();
      part = found;
      words = title.textContent;
      title.textContent = ""; /* else the browser shows it too */
      if (!tip) {
        tip = document.createElement("div");
        tip.className = "tip";
        tip.setAttribute("aria-hidden", "true"); /* the chart's name and its table say it already */
        document.body.append(tip);
      }
      tip.textContent = words;
      tip.hidden = false;
    }
    place(event.clientX, event.clientY);
  }

  document.addEventListener("pointermove", over, { passive: true });
  document.addEventListener("pointerdown", over, { passive: true });
  document.addEventListener("pointerleave", leave);
  document.addEventListener("scroll", leave, { passive: true, capture: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && leave());
})();
