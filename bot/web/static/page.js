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

  // A time of day is told in the reader's own zone.
  const told = new Intl.DateTimeFormat("en-US", { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const zone = new Intl.DateTimeFormat("en-US", { timeZoneName: "short" });
  const part = (parts, type) => parts.find((one) => one.type === type).value;
  const tellTime = (root) => {
    for (const time of root.querySelectorAll("time[data-clock]")) {
      const moment = new Date(time.dateTime);
      const parts = told.formatToParts(moment);
      const year = moment.getFullYear() === new Date().getFullYear() ? "" : ` ${part(parts, "year")}`;
      time.textContent = `${part(parts, "weekday")} ${part(parts, "day")} ${part(parts, "month")}${year}, ${part(parts, "hour")}:${part(parts, "minute")}`;
      time.title = `${time.dateTime} (here ${part(zone.formatToParts(moment), "timeZoneName")})`;
      delete time.dataset.clock;
    }
  };
  tellTime(document);
  document.addEventListener("htmx:afterSettle", () => tellTime(document));

  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

  // What a page asks for by itself neither brings nor takes away a notice.
  const polls = (element) => /^(every|load)/.test(element.getAttribute("hx-trigger") ?? "");
  document.addEventListener("htmx:sendError", (event) => polls(event.target) || say("Attune cannot be reached: check the connection and try again."));
  document.addEventListener("htmx:timeout", () => say("That took too long: please try again."));
  document.addEventListener("htmx:beforeRequest", (event) => polls(event.target) || notices().replaceChildren());

  document.addEventListener("click", (event) => event.target.closest("[data-close]")?.closest(".notice").remove());

  // A cited row of a table is shown with the head of its table.
  window.addEventListener("load", () => {
    const row = location.hash && document.getElementById(location.hash.slice(1))?.closest("tr");
    const table = row && row.closest(".table-scroll");
    if (!table) return;
    table.scrollTop = row.offsetTop - table.clientHeight / 2;
    table.scrollIntoView({ block: "start" });
  });

  // Back is where one came from, as one left it.
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-back]") || history.length < 2) return;
    if (!document.referrer || new URL(document.referrer).origin !== location.origin) return;
    event.preventDefault();
    history.back();
  });

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
