// What a result does better with script: print, copy its address, and say aloud that it was asked again.
"use strict";

for (const button of document.querySelectorAll("[data-print], [data-copy]")) button.hidden = false;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if ("print" in button.dataset) window.print();
  if (button.dataset.copy) {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).href);
    button.textContent = button.dataset.done;
  }
});

document.addEventListener("htmx:afterSwap", () => {
  const told = document.getElementById("told");
  const verdict = document.querySelector("#result h1");
  told.textContent = `${told.dataset.words}: ${verdict ? verdict.textContent : ""}`;
  for (const button of document.querySelectorAll("#result [data-print]")) button.hidden = false;
});
