// What the desk does better with script: line numbers that follow what is typed, and runs that show how far they are.
"use strict";

const text = document.querySelector("[data-text]");
const numbers = document.querySelector("[data-numbers]");

function follow() {
  const wanted = text.value.split("\n").length;
  while (numbers.children.length > wanted) numbers.lastElementChild.remove();
  while (numbers.children.length < wanted) {
    const line = document.createElement("span");
    line.textContent = String(numbers.children.length + 1);
    line.id = `L${line.textContent}`;
    numbers.append(line);
  }
  text.rows = wanted;
}

function go() {
  const line = Number((location.hash.match(/^#L(\d+)$/) || [])[1]);
  if (!line || !text) return;
  const start = text.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const end = text.value.indexOf("\n", start);
  text.focus({ preventScroll: true });
  text.setSelectionRange(start, end < 0 ? text.value.length : end);
  document.getElementById(`L${line}`)?.scrollIntoView({ block: "center" });
}

if (text && numbers) {
  text.addEventListener("input", follow);
  window.addEventListener("hashchange", go);
  go();
}

async function look() {
  if (!document.querySelector("[data-live][data-open]")) return;
  const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } });
  if (answer.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const open = page.querySelector("[data-live][data-open]");
    for (const now of document.querySelectorAll("[data-live][data-open]")) {
      const then = page.querySelector(`[data-live="${now.dataset.live}"]`);
      if (then && !then.hasAttribute("data-open")) return location.reload();
      if (then) now.querySelector(".run").replaceWith(then.querySelector(".run"));
    }
    if (!open) return;
  }
  setTimeout(look, 2000);
}

setTimeout(look, 1500);
