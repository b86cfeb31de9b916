// The page as an office on Zalo gets it: the switch, and what goes into the input where the bot hears only its name.
import { $, capital, chips, el, fill, words } from "./parts.js";
import { once } from "./bubbles.js";

// `page` knows the scene and the call that is needed here («@Bot Nhắc Việc» or nothing), and says, begins and switches.
export function like(page) {
  const radios = [...$("like").querySelectorAll("input")];
  for (const radio of radios) radio.addEventListener("change", () => page.turn(radio.value === "zalo"));
  $("send-file").addEventListener("click", () => page.begin(called(words.send_file)));

  const called = sentence => (page.call() ? `${page.call()} ${sentence}` : sentence);

  function chip([label, sentence]) {
    const press = event => {
      if (sentence.endsWith(" ")) page.begin(called(sentence));
      else if (once(event)) page.say({ text: called(sentence), pressed: true });
    };
    return el("li", {}, el("button", { class: "chip", type: "button", onclick: press }, capital(label)));
  }

  // The bot's name, put before what already stands in the input.
  function naming() {
    const put = { class: "chip name", type: "button", title: fill(words.call_zalo, { call: page.call() }) };
    const before = () => $("text").value.startsWith(page.call()) || page.begin(`${page.call()} ${$("text").value}`);
    return el("li", {}, el("button", { ...put, onclick: before }, page.call()));
  }

  function showChips() {
    if ($("chips").dataset.call === page.call()) return;
    $("chips").dataset.call = page.call();
    $("chips").replaceChildren(...(page.call() ? [naming()] : []), ...chips.map(chip));
  }

  return function show() {
    const { zalo } = page.scene();
    for (const radio of radios) radio.checked = (radio.value === "zalo") === zalo;
    $("attach").hidden = zalo;
    $("send-file").hidden = !zalo;
    showChips();
  };
}
