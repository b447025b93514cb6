/* copy: a button with data-copy="ID" copies that element's text; without this script the text is
 * there to be marked by hand. */
(function () {
  "use strict";
  for (const button of document.querySelectorAll("button[data-copy]"))
    button.addEventListener("click", async function () {
      const from = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(from.textContent);
        button.textContent = button.dataset.done;
      } catch (e) {
        getSelection().selectAllChildren(from);
      }
    });
}());
