// Five minutes before a session is over, the line in the footer comes to the front, and its button goes on without
// leaving the page. Without this script the line says when, and the button opens the account.
(() => {
  "use strict";
  const form = document.getElementById("session");
  const says = document.getElementById("session-says");
  const SOON = 5 * 60;
  let over = Number(form.dataset.over);
  const length = over - Math.floor(Date.now() / 1000);
  const quiet = says.textContent;
  const look = () => {
    const left = over - Math.floor(Date.now() / 1000);
    const soon = left <= SOON;
    if (soon && !form.classList.contains("soon")) {
      form.classList.add("soon");
      says.setAttribute("role", "alert");
    }
    if (left <= 0) says.textContent = form.dataset.gone;
    else if (soon) says.textContent = form.dataset.soon.replace("{minutes}", String(Math.ceil(left / 60)));
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(form.action, {
      method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual",
    });
    if (answer.status !== 204) {
      location.reload();
      return;
    }
    over = Math.floor(Date.now() / 1000) + length;
    form.classList.remove("soon");
    says.removeAttribute("role");
    says.textContent = quiet.replace(/\d\d:\d\d/, new Date(over * 1000).toTimeString().slice(0, 5));
  });
  setInterval(look, 15000);
  look();
})();
