// Runs before anything is painted: the theme is the system's until the visitor picks one.
(() => {
  "use strict";
  const KEY = "attune-theme";
  const ORDER = ["system", "light", "dark"];
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  const stored = () => {
    try {
      const kept = localStorage.getItem(KEY);
      return ORDER.includes(kept) ? kept : "system";
    } catch {
      return "system"; // storage can be forbidden
    }
  };

  const show = (choice) => {
    const isDark = choice === "dark" || (choice === "system" && dark.matches);
    root.dataset.theme = choice;
    root.classList.toggle("dark", isDark);
    root.classList.toggle("light", !isDark);
    const button = document.getElementById("theme");
    if (button) {
      const next = ORDER[(ORDER.indexOf(choice) + 1) % ORDER.length];
      button.setAttribute("aria-label", `Theme: ${choice}. Switch to ${next}`);
      button.title = `Theme: ${choice}`;
    }
  };

  const pick = () => {
    const next = ORDER[(ORDER.indexOf(root.dataset.theme) + 1) % ORDER.length];
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // it holds for this page then
    }
    show(next);
  };

  show(stored());
  dark.addEventListener("change", () => show(stored()));
  window.addEventListener("storage", (event) => event.key === KEY && show(stored()));
  document.addEventListener("DOMContentLoaded", () => {
    show(stored());
    document.getElementById("theme")?.addEventListener("click", pick);
  });
})();
