// What makes the form of a step quicker for those whose browser runs scripts; everything works without it.
(() => {
  const form = document.querySelector("[data-step-form]");
  if (!form) return;

  // Fields that wait for an answer come and go with it.
  const answersTo = (name) =>
    [...form.elements]
      .filter((each) => each.name === name && (each.type !== "radio" || each.checked))
      .map((each) => each.value);
  const showConditional = () => {
    for (const group of form.querySelectorAll(".conditional")) {
      const values = group.dataset.values.split(" ");
      const isMet = answersTo(group.dataset.waitsFor).some((each) => values.includes(each));
      const [note, fields] = group.children;
      note.hidden = isMet;
      fields.hidden = !isMet;
    }
  };
  form.addEventListener("change", showConditional);
  showConditional();

  // Steps and tabs are buttons that save; what is typed is saved on every other way out, too.
  let isTyped = false;
  form.addEventListener("input", () => { isTyped = true; });
  form.addEventListener("submit", () => { isTyped = false; });
  window.addEventListener("pagehide", () => {
    if (!isTyped) return;
    const typed = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    typed.set("do", "save");
    navigator.sendBeacon(form.action, typed);
  });
})();
