// The files that wait to be sent: chosen, pasted or dropped.
import { $, el, fill, icon, size, words } from "./parts.js";

const LIMIT = 20 * 1024 * 1024;

// A file as the server takes it: over the limit it goes by name and size only.
async function packed(file) {
  if (file.size > LIMIT) return { name: file.name, size: file.size, content: null };
  const url = await new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
  return { name: file.name, size: file.size, content: url.slice(url.indexOf(",") + 1) };
}

// `may`: whether files can be sent now.
export function attaching(note, may) {
  let files = [];

  function keep(chosen) {
    files = chosen;
    $("files").hidden = !files.length;
    $("files").replaceChildren(...files.map(file => {
      const drop = { class: "quiet icon-button", type: "button", "aria-label": fill(words.no_file, { name: file.name }) };
      drop.onclick = () => keep(files.filter(other => other !== file));
      return el("li", {}, icon("file"), el("span", {}, `${file.name} · ${size(file.size)}`), el("button", drop, icon("close")));
    }));
  }

  function add(chosen) {
    if (!may()) return note(words.no_files, true);
    keep([...files, ...chosen]);
    for (const file of chosen) if (file.size > LIMIT) note(fill(words.too_large, { name: file.name }), true);
    $("text").focus();
  }

  $("file").addEventListener("change", () => {
    add([...$("file").files]);
    $("file").value = "";
  });
  $("text").addEventListener("paste", event => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    add([...event.clipboardData.files]);
  });
  for (const [kind, shown] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
    document.addEventListener(kind, event => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      if (kind !== "dragleave" || !event.relatedTarget) $("drop").hidden = !shown;
      if (kind === "drop") add([...event.dataTransfer.files]);
    });
  }

  return { any: () => files.length > 0, clear: () => keep([]), packed: () => Promise.all(files.map(packed)) };
}
