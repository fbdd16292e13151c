// Keys of every page for people at work: / goes to the search, g then d to my day. Nothing needs them.
(() => {
  const seek = document.querySelector(".seek input");
  const day = document.querySelector("a[data-key='d']");
  let went = 0;
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    const typing = at.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "/" && seek) {
      event.preventDefault();
      seek.focus();
      seek.select();
    } else if (event.key === "d" && day && Date.now() - went < 1500) {
      day.click();
    }
    went = event.key === "g" ? Date.now() : 0;
  });
})();
