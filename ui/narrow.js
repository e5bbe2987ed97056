// What Gradio's components do not do by themselves. On a narrow screen the sidebar lies over the page: let it begin closed, and close once one has
// chosen something in it.
() => {
  const isNarrow = () => window.innerWidth <= 640;
  const close = () => {
    const toggle = document.querySelector("#sidebar.open .toggle-button, .sidebar.open .toggle-button");
    if (isNarrow() && toggle) toggle.click();
  };
  const closeSoon = (tries) => {
    close();
    if (tries > 0 && isNarrow()) setTimeout(() => closeSoon(tries - 1), 100);
  };
  closeSoon(5);
  // Screen readers are told when a reply is complete, and not each word while it is written.
  const announce = (tries) => {
    const line = document.querySelector("#announced");
    const log = document.querySelector("#chat [role='log']");
    if (line && log) {
      line.setAttribute("role", "status");
      line.setAttribute("aria-live", "polite");
      log.setAttribute("aria-live", "off");
    } else if (tries > 0) setTimeout(() => announce(tries - 1), 100);
  };
  announce(100);
  document.addEventListener("click", (event) => {
    if (event.target.closest("#new-chat, #conversations label")) setTimeout(close, 150);
  });
}
