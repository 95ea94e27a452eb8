// The conversation: sending, stopping, pointing at sources, and telling screen readers what has arrived.
(() => {
  "use strict";
  const NEAR = 0.9; // share of the limit from which on the remaining length is shown
  const byId = (id) => document.getElementById(id);
  const closest = (event, selector) => event.target instanceof Element && event.target.closest(selector);

  const turns = byId("turns");
  const composer = byId("composer");
  const text = byId("text");
  const limit = Number(text?.dataset.limit);
  const busyTurn = () => turns.querySelector("[data-stop]");

  // The composer: grows with what is typed, sends on Enter, stops while an answer is on its way.
  const resize = () => {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
    const remaining = limit - text.value.length;
    const left = byId("left");
    const said = text.value.length < limit * NEAR ? ""
      : remaining < 0 ? `${(-remaining).toLocaleString("en")} characters too many: please shorten it`
      : `${remaining.toLocaleString("en")} characters left`;
    if (left.textContent !== said) left.textContent = said;
    left.classList.toggle("none", remaining < 0);
  };

  // What was typed outlives a sign-in that ended: it is kept until the server has it.
  const KEPT = "attune-unsent";
  const keep = (value) => {
    try {
      if (value) sessionStorage.setItem(KEPT, value);
      else sessionStorage.removeItem(KEPT);
    } catch {
      // storage can be forbidden
    }
  };
  const kept = () => {
    try {
      return sessionStorage.getItem(KEPT) ?? "";
    } catch {
      return "";
    }
  };

  const settle = () => {
    if (!composer) return;
    const busy = Boolean(busyTurn());
    const stop = composer.querySelector(".stop");
    const send = composer.querySelector(".send");
    const held = document.activeElement === (busy ? send : stop);
    if (!busy && !stop.hidden) resize();
    stop.hidden = !busy;
    send.hidden = busy;
    if (held) text.focus();
  };

  const ask = (question) => {
    text.value = question;
    resize();
    if (busyTurn()) text.focus();
    else composer.requestSubmit();
  };

  const show = (turn) => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    turn.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  };

  if (composer) {
    text.addEventListener("input", resize);
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      composer.requestSubmit();
    });
    composer.addEventListener("htmx:beforeRequest", (event) => {
      if (event.target !== composer) return;
      const busy = Boolean(busyTurn());
      if (busy && text.value.trim()) byId("left").textContent = "One answer at a time: wait for this one, or stop it.";
      if (busy || !text.value.trim() || text.value.length > limit) event.preventDefault();
      else keep(text.value);
    });
    composer.addEventListener("htmx:afterRequest", (event) => {
      if (event.target !== composer || !event.detail.successful) return;
      keep("");
      text.value = "";
      resize();
      settle();
      const newest = turns.lastElementChild;
      if (newest) show(newest);
    });
    composer.querySelector(".stop").addEventListener("click", () => {
      const turn = busyTurn();
      if (turn) htmx.ajax("POST", turn.dataset.stop, { source: turn, target: turn, swap: "outerHTML" });
    });
    text.value ||= kept();
    resize();
    if (matchMedia("(hover: hover)").matches) text.focus({ preventScroll: true });
    if (turns.childElementCount > 1) turns.lastElementChild.scrollIntoView({ block: "start" });
  }

  // Pointing at a number lights its source and its sentence; pointing at a source lights its sentences.
  const light = (turn, number) => {
    for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
    if (!turn || !number) return;
    for (const part of turn.querySelectorAll(`[data-number="${CSS.escape(number)}"]`)) part.classList.add("lit");
    for (const part of turn.querySelectorAll(`.sentence[data-marks~="${CSS.escape(number)}"]`)) part.classList.add("lit");
    for (const cite of turn.querySelectorAll(`.cite[data-number="${CSS.escape(number)}"]`)) cite.closest(".sentence")?.classList.add("lit");
  };
  const point = (event) => {
    const part = closest(event, "[data-number]") || document.activeElement?.closest("[data-number]");
    light(part && part.closest(".turn"), part && part.dataset.number);
  };
  document.addEventListener("mouseover", point);
  document.addEventListener("focusin", point);

  const unfold = (button, open) => button?.setAttribute("aria-expanded", String(open));

  document.addEventListener("click", (event) => {
    const asked = closest(event, "[data-ask]");
    if (asked && composer) ask(asked.dataset.ask);

    const fold = closest(event, ".sources-button");
    if (fold) unfold(fold, fold.getAttribute("aria-expanded") !== "true");

    const cite = closest(event, "a.cite");
    const source = cite && byId(cite.hash.slice(1));
    if (source) {
      event.preventDefault();
      unfold(source.closest(".sources").querySelector(".sources-button"), true);
      source.scrollIntoView({ block: "nearest" });
      source.querySelector("a").focus({ preventScroll: true });
      light(source.closest(".turn"), cite.dataset.number);
    }

    const chip = closest(event, ".chip");
    if (chip) {
      const input = chip.closest("form").elements.reason;
      const pressed = chip.getAttribute("aria-pressed") !== "true";
      const others = input.value.split(";").map((one) => one.trim()).filter((one) => one && one !== chip.dataset.reason);
      chip.setAttribute("aria-pressed", String(pressed));
      input.value = [...others, ...(pressed ? [chip.dataset.reason] : [])].join("; ");
    }
  });

  // An answer that has arrived is told once, whole; a connection that is lost is shown until it is back.
  const tell = (turn) => {
    const answer = turn.querySelector(".answer-text > p, .outcome")?.cloneNode(true);
    for (const cite of answer?.querySelectorAll(".cite") ?? []) cite.remove();
    const count = turn.querySelectorAll(".source").length;
    const sources = count ? ` ${count} ${count === 1 ? "source" : "sources"}.` : "";
    if (answer) byId("status").textContent = `${answer.textContent.trim()}${sources}`;
  };
  document.addEventListener("htmx:sseBeforeMessage", (event) => {
    if (event.detail.type === "done") composer?.setAttribute("data-awaits", event.target.closest(".turn").id);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    settle();
    if (closest(event, ".vote")) event.target.querySelector("[open] .reasons-form")?.scrollIntoView({ block: "nearest" });
    const awaited = composer?.dataset.awaits;
    const turn = awaited && byId(awaited);
    if (!turn || turn.dataset.stop) return;
    composer.removeAttribute("data-awaits");
    tell(turn);
  });
  document.addEventListener("htmx:sseError", (event) => closest(event, ".turn")?.setAttribute("data-lost", ""));
  document.addEventListener("htmx:sseOpen", (event) => closest(event, ".turn")?.removeAttribute("data-lost"));
  settle();
})();
