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

  // What is typed is saved on the way out: by a link to another step, and whatever else leads away.
  let isTyped = false;
  form.addEventListener("input", () => { isTyped = true; });
  form.addEventListener("submit", () => { isTyped = false; });
  window.addEventListener("pagehide", () => {
    if (!isTyped) return;
    const typed = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    typed.set("do", "save");
    navigator.sendBeacon(form.action, typed);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".step-indicator a");
    if (!link || !isTyped || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const go = document.createElement("input");
    Object.assign(go, { type: "hidden", name: "do", value: `go:${link.pathname.split("/").pop()}` });
    form.append(go);
    isTyped = false;
    form.submit();
  });
})();
