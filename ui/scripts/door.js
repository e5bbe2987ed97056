// Every link to a memory or a message, wherever on the page, opens the card; Escape closes it.
const isOurs = (link) => /^#(memory|message)\//.test(link?.getAttribute("href") || "");
let openedBy = null;
const focusSoon = (tries) => {
  const close = document.querySelector("#card-close");
  if (close) close.focus();
  else if (tries > 0) setTimeout(() => focusSoon(tries - 1), 100);
};
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a");
  if (!isOurs(link)) return;
  event.preventDefault();
  event.stopPropagation();
  openedBy = link;
  const [kind, id, reply] = link.getAttribute("href").slice(1).split("/").map(decodeURIComponent);
  trigger("select", { kind, id, reply: reply || "" });
  focusSoon(20);
}, true);
document.addEventListener("keydown", (event) => {
  const close = document.querySelector("#card-close");
  if (event.key === "Escape" && close) {
    close.click();
    openedBy?.focus();
  }
});
