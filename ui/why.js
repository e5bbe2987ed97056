// Every link to an explanation opens the panel; Escape closes it, and the focus goes back.
let openedBy = null;
const close = () => document.querySelector("#why-close");
const focusSoon = (tries) => {
  if (close()) close().focus();
  else if (tries > 0) setTimeout(() => focusSoon(tries - 1), 100);
};
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a");
  const href = link?.getAttribute("href") || "";
  if (!href.startsWith("#why/")) return;
  event.preventDefault();
  event.stopPropagation();
  openedBy = link;
  trigger("select", { reply: decodeURIComponent(href.slice(5)) });
  focusSoon(20);
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !close()) return;
  close().click();
  openedBy?.focus();
});
