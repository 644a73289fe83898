// Logging: shows while typing what is left of each breakdown for "unknown", and chooses all lines of a list at once.
// Without this file the server says the same after sending.
"use strict";

(() => {
  // Numbers as the page writes them, in millionths so that sums are exact; null when it is no number (yet).
  const parse = (typed, written) => {
    let text = typed.replace(/[\s\u00a0\u202f]/g, "");
    if (!text) {
      return null;
    }
    const [group, sign] = written === "nl" ? [".", ","] : [",", "."];
    text = text.split(group).join("").replace(sign, ".");
    return /^-?\d+(\.\d{1,6})?$/.test(text) ? Math.round(Number(text) * 1e6) : null;
  };
  const show = (millionths, written) =>
    new Intl.NumberFormat(written, { maximumFractionDigits: 6 }).format(millionths / 1e6);

  const total = (fields, written) => {
    let sum = 0;
    let any = false;
    for (const field of fields) {
      const number = parse(field.value, written);
      if (number !== null) {
        sum += number;
        any = true;
      }
    }
    return any ? sum : null;
  };

  const tell = (form, group) => {
    const line = group.querySelector(".groups__left");
    const written = form.elements.written.value;
    const inputs = [...group.querySelectorAll("input[type=text]")];
    const share = group.dataset.groups === "proportion";
    const value = form.elements[share ? "numerator" : "value"];
    const whole = parse(value.value, written);
    const parts = total(inputs.filter((field) => !share || !field.name.endsWith("-of")), written);
    let text = "";
    if (whole !== null && parts !== null) {
      const left = whole - parts;
      if (share) {
        const all = parse(form.elements.denominator.value, written);
        const of = total(inputs.filter((field) => field.name.endsWith("-of")), written);
        if (all !== null && of !== null) {
          const leftOf = all - of;
          if (left < 0 || leftOf < 0) {
            text = line.dataset.over.replace("#", show(Math.max(-left, -leftOf), written));
          } else if (left || leftOf) {
            text = line.dataset.leftOf.replace("##", show(leftOf, written)).replace("#", show(left, written));
          } else {
            text = line.dataset.none;
          }
        }
      } else if (left < 0) {
        text = line.dataset.over.replace("#", show(-left, written));
      } else {
        text = left ? line.dataset.left.replace("#", show(left, written)) : line.dataset.none;
      }
    }
    if (line.textContent !== text) {
      line.textContent = text;
    }
  };

  for (const form of document.querySelectorAll("form")) {
    const groups = form.querySelectorAll("[data-groups]");
    if (groups.length) {
      const all = () => groups.forEach((group) => tell(form, group));
      form.addEventListener("input", all);
      all();
    }
  }

  // A box that stands for all others of a name: it ticks them, and is ticked when they all are.
  for (const every of document.querySelectorAll("[data-all-of]")) {
    const boxes = [...every.form.querySelectorAll(`input[name=${every.dataset.allOf}]`)];
    every.addEventListener("change", () => {
      for (const box of boxes) {
        box.checked = every.checked;
      }
    });
    every.form.addEventListener("change", () => {
      every.checked = boxes.every((box) => box.checked);
    });
    if (every.checked) {
      every.dispatchEvent(new Event("change"));
    }
  }

  const choose = document.querySelector("[data-all]");
  if (choose) {
    choose.hidden = false;
    choose.querySelector("button").addEventListener("click", () => {
      const boxes = [...choose.closest("form").querySelectorAll("input[name=measurement_id]")];
      const every = boxes.every((box) => box.checked);
      for (const box of boxes) {
        box.checked = !every;
      }
    });
  }
})();
