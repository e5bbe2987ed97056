// On a narrow screen the sidebar lies over the page: let it begin closed, and close once one has
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
  document.addEventListener("click", (event) => {
    if (event.target.closest("#new-chat, #conversations label")) setTimeout(close, 150);
  });
}
