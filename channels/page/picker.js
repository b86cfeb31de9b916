// The dialog in which a later moment of the office is chosen. The browser writes dates its own way, so the moment is said
// in words too.
import { $, capital, wall, worded } from "./parts.js";

export function picker(scene, move) {
  const said = () => { $("to-words").textContent = $("to").value ? capital(worded($("to").value, "moment")) : ""; };
  const choose = (date, time) => {
    $("to").value = `${date.toISOString().slice(0, 10)}T${time}`;
    said();
  };
  $("pick").addEventListener("click", () => {
    const { date, time } = wall(scene().next ?? scene().now);
    $("to").min = scene().now.slice(0, 16);
    choose(date, time);
    $("picker").showModal();
  });
  $("to").addEventListener("input", said);
  for (const jump of document.querySelectorAll("[data-days], [data-months]")) {
    jump.addEventListener("click", () => {
      const { date } = wall(scene().now);
      date.setUTCDate(date.getUTCDate() + Number(jump.dataset.days ?? 0));
      date.setUTCMonth(date.getUTCMonth() + Number(jump.dataset.months ?? 0));
      choose(date, "08:00");
    });
  }
  $("picker-no").addEventListener("click", () => $("picker").close());
  $("picker-form").addEventListener("submit", () => move($("to").value));
  $("picker").addEventListener("click", event => { if (event.target === $("picker")) $("picker").close(); });
}
