// What every page does: requests that fail say so in one sentence, and nothing that was typed is lost.
(() => {
  "use strict";
  const notices = () => document.getElementById("notices");

  const say = (sentence) => {
    const notice = document.createElement("p");
    notice.className = "notice bad";
    const words = document.createElement("span");
    words.textContent = sentence;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "ghost small";
    close.dataset.close = "";
    close.textContent = "Close";
    notice.append(words, close);
    notices().replaceChildren(notice);
  };

  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

  document.addEventListener("htmx:sendError", () => say("Attune cannot be reached: check the connection and try again."));
  document.addEventListener("htmx:timeout", () => say("That took too long: please try again."));
  document.addEventListener("htmx:beforeRequest", () => notices().replaceChildren());

  document.addEventListener("click", (event) => event.target.closest("[data-close]")?.closest(".notice").remove());

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const label = button.querySelector("[data-label]") ?? button;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
      label.textContent = "Copied";
    } catch {
      label.textContent = "Could not copy";
    }
    setTimeout(() => { label.textContent = before; }, 1500);
  });
})();
