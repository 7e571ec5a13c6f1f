"use strict";
// What a page does with a script: answers as they come, pictures that are dropped, keys.
// Text of documents is only ever set as text; HTML comes from the server's own templates.

const find = (selector, root = document) => root.querySelector(selector);
const made = (name, className, text = "") => {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
};

// Server-sent events of a POST: calls `on(name, value)` for each.
async function events(url, body, signal, on) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) {
    const told = await response.json().catch(() => ({}));
    on("error", { message: told.error ? told.error.message : `the server said ${response.status}` });
    return;
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    waiting += value;
    const blocks = waiting.split("\n\n");
    waiting = blocks.pop();
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block);
      const data = /^data: (.*)$/m.exec(block);
      if (name && data) on(name[1], JSON.parse(data[1]));
    }
  }
}

const talk = [];
let asking = null;

function filtersOf(form) {
  const value = (name) => (form.elements[name] ? form.elements[name].value.trim() : "");
  const parts = (name, between) => value(name).split(between).map((part) => part.trim()).filter(Boolean);
  return {
    documents: parts("doc", /\s+/),
    tags: parts("tag", ","),
    kinds: value("kind") ? [value("kind")] : [],
    pages: value("pages"),
  };
}

async function ask(form) {
  const question = form.elements.q.value.trim();
  if (!question) return;
  if (asking) asking.abort();
  const own = (asking = new AbortController());
  const card = made("article", "card answer");
  const text = made("p", "waiting");
  const stop = made("button", "plain", "Stop");
  stop.addEventListener("click", () => own.abort());
  card.append(made("p", "question", question), text, stop);
  const answers = find("#answers");
  answers.prepend(card);
  const numbers = new Map();
  try {
    await events(form.dataset.ask, { question, history: talk, ...filtersOf(form) }, own.signal, (name, value) => {
      if (name === "citation") numbers.set(value.marker, value.number);
      else if (name === "text") {
        const shown = value.text.replace(/\[([A-Z0-9]{3,})\]/g, (all, marker) =>
          numbers.has(marker) ? `[${numbers.get(marker)}]` : all);
        text.textContent += shown;
      } else if (name === "answer") {
        const holder = made("div", "");
        holder.innerHTML = value.html;
        const whole = holder.firstElementChild;
        talk.push({ role: "user", text: question }, { role: "assistant", text: whole.dataset.text });
        card.replaceWith(whole);
        if (window.htmx) htmx.process(whole);
        form.elements.q.value = "";
      } else if (name === "error") {
        card.replaceChildren(made("p", "question", question), made("p", "problem", value.message));
      }
    });
  } catch (error) {
    const stopped = error.name === "AbortError";
    card.replaceChildren(made("p", "question", question),
      made("p", stopped ? "quiet" : "problem", stopped ? "Stopped." : "The server cannot be reached."));
  }
  if (asking === own) asking = null;
}

async function searchWith(area, picture) {
  const form = find("form.query");
  const query = new URLSearchParams(new FormData(form));
  const results = find("#results");
  results.setAttribute("aria-busy", "true");
  const response = await fetch(`${area.dataset.drop}?${query}`, {
    method: "POST", headers: { "Content-Type": picture.type || "application/octet-stream" }, body: picture,
  });
  if (response.ok) {
    results.outerHTML = await response.text();
    find("#results").scrollIntoView({ block: "nearest" });
  } else {
    const told = await response.json().catch(() => ({}));
    results.replaceChildren(made("p", "problem", told.error ? told.error.message : "This cannot be searched with."));
    results.removeAttribute("aria-busy");
  }
}

// Files go up one after another; a job of the server indexes each.
async function uploadAll(area, files) {
  const failed = find("[data-failed]", area);
  failed.hidden = true;
  for (const file of files) {
    const response = await fetch(`${area.dataset.upload}?file=${encodeURIComponent(file.name)}`, {
      method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file,
    }).catch(() => null);
    if (response && response.ok) continue;
    const told = response ? await response.json().catch(() => ({})) : {};
    failed.textContent = `${file.name}: ${told.error ? told.error.message : "the upload failed"}`;
    failed.hidden = false;
    return;
  }
  location.reload();
}

function pictureOf(list) {
  return [...(list || [])].find((file) => file.type.startsWith("image/"));
}

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.ask) return;
  event.preventDefault();
  ask(event.target);
});
document.addEventListener("reset", (event) => {
  if (!event.target.dataset.ask) return;
  talk.length = 0;
  find("#answers").replaceChildren();
  event.target.elements.q.focus();
});
document.addEventListener("dragover", (event) => {
  const area = find("[data-drop], [data-upload]");
  if (!area) return;
  event.preventDefault();
  area.classList.add("over");
});
document.addEventListener("dragleave", () => {
  const area = find("[data-drop], [data-upload]");
  if (area) area.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  const area = find("[data-drop], [data-upload]");
  if (!area) return;
  event.preventDefault();
  area.classList.remove("over");
  if (area.dataset.upload) {
    uploadAll(area, event.dataTransfer.files);
    return;
  }
  const picture = pictureOf(event.dataTransfer.files);
  if (picture) searchWith(area, picture);
});
document.addEventListener("paste", (event) => {
  const area = find("[data-drop]");
  const picture = pictureOf(event.clipboardData.files);
  if (area && picture) searchWith(area, picture);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-files]")) uploadAll(find("[data-upload]"), event.target.files);
  if (!event.target.matches("[data-file]") || !event.target.files.length) return;
  searchWith(find("[data-drop]"), event.target.files[0]);
});

const KEYS = { ArrowLeft: 'a[rel="prev"]', ArrowRight: 'a[rel="next"]', "+": '[data-key="+"]', "-": '[data-key="-"]' };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, select, textarea")) return;
  if (event.key === "/" && find('input[name="q"]')) {
    event.preventDefault();
    find('input[name="q"]').focus();
  }
  const scrolls = event.target.matches(".sheet") && event.key.startsWith("Arrow") && !event.target.matches(".zoom-1");
  const link = KEYS[event.key] && !scrolls && find(KEYS[event.key]);
  if (link) link.click();
});
