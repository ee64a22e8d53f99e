// The theme: the system's until the reader toggles it. Loaded before the page is drawn, so that it never flashes.
{
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const remembered = localStorage.getItem("theme");
  if (remembered) root.dataset.theme = remembered;

  const current = () => root.dataset.theme || (system.matches ? "dark" : "light");
  const other = () => (current() === "dark" ? "light" : "dark");

  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const describe = () => {
      button.textContent = other() === "light" ? "☀" : "☾";
      button.title = `Switch to the ${other()} theme`;
      button.setAttribute("aria-label", button.title);
    };
    button.addEventListener("click", () => {
      root.dataset.theme = other();
      localStorage.setItem("theme", root.dataset.theme);
      describe();
    });
    system.addEventListener("change", describe);
    describe();
  });
}
